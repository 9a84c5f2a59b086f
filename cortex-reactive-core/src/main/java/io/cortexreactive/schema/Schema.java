package io.cortexreactive.schema;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * A JSON Schema, draft 2020-12. Immutable: every method that adds something gives a new schema.
 *
 * <pre>{@code
 * Schema.object().property("city", Schema.string().description("Where")).required("city")
 * }</pre>
 */
public interface Schema {

    /** A text. */
    static Schema string() {
        return DefaultSchema.ofType("string");
    }

    /** Any number. */
    static Schema number() {
        return DefaultSchema.ofType("number");
    }

    /** A whole number. */
    static Schema integer() {
        return DefaultSchema.ofType("integer");
    }

    /** True or false. */
    static Schema bool() {
        return DefaultSchema.ofType("boolean");
    }

    /** A list of such items. */
    static Schema array(Schema items) {
        return DefaultSchema.ofType("array").with("items", items.toMap());
    }

    /** An object; add its properties. */
    static ObjectSchema object() {
        return DefaultSchema.ofType("object");
    }

    /** One of these texts. */
    static Schema enumOf(String... values) {
        return DefaultSchema.ofType("string").with("enum", List.of(values));
    }

    /** One of these texts. */
    static Schema enumOf(Collection<String> values) {
        return DefaultSchema.ofType("string").with("enum", List.copyOf(values));
    }

    /**
     * Reads a schema from JSON text.
     *
     * @throws InvalidSchemaException if it is no JSON object
     */
    static Schema fromJson(String json) {
        return DefaultSchema.parse(json);
    }

    /** A schema given as its JSON object. */
    @JsonCreator
    static Schema fromMap(Map<String, Object> schema) {
        return new DefaultSchema(schema);
    }

    /** Says what the value is for; models read it. */
    Schema description(String text);

    /** The schema as its JSON object. */
    @JsonValue
    Map<String, Object> toMap();

    /** The schema as JSON text. */
    String toJson();
}
