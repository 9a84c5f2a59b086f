package io.cortexreactive.schema;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value is not what its schema, or the class it was to become, asks for. */
public final class SchemaViolationException extends CortexException implements Lasting {

    private final transient List<String> errors;

    SchemaViolationException(List<String> errors) {
        this(errors, null);
    }

    SchemaViolationException(List<String> errors, @Nullable Throwable cause) {
        super("schema_violation", String.join("; ", errors), cause);
        this.errors = List.copyOf(errors);
    }

    /** Each with its place, as in {@link ValidationResult}. */
    public List<String> errors() {
        return errors;
    }
}
