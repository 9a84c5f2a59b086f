package io.cortexreactive.schema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.format.Format;
import com.networknt.schema.keyword.FormatValidator;
import com.networknt.schema.path.NodePath;
import tools.jackson.databind.JsonNode;

/**
 * A format of the validator's for texts of ordinary length only. Some of them backtrack, or overflow the stack, on a
 * long text.
 */
record BoundedFormat(Format format) implements Format {

    static final int MAX_CHARS = 2_048;

    @Override
    public String getName() {
        return format.getName();
    }

    @Override
    public String getMessageKey() {
        return format.getMessageKey();
    }

    @Override
    public boolean matches(
            ExecutionContext execution,
            SchemaContext schema,
            JsonNode node,
            JsonNode root,
            NodePath location,
            boolean asserted,
            FormatValidator validator) {
        return !(node.isString() && node.stringValue().length() > MAX_CHARS)
                && format.matches(execution, schema, node, root, location, asserted, validator);
    }
}
