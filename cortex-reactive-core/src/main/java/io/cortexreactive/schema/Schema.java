package io.cortexreactive.schema;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A JSON Schema, draft 2020-12; one that names an older draft in {@code $schema} is read as that. Immutable and
 * thread-safe: every method that adds something gives a new schema.
 *
 * <pre>{@code
 * Schema.object().property("city", Schema.string().description("Where")).required("city")
 * }</pre>
 *
 * <p>A schema is checked and compiled once, when a value first meets it. That takes a while, the very first time in a
 * process some hundred milliseconds: on an event loop use {@link #validated}, {@link #casting} or {@link #prepared},
 * which compile elsewhere.
 */
@SuppressWarnings("AmbiguousMethodReference") // nullable: a lambda serves as well
public interface Schema {

    /** A text. */
    static StringSchema string() {
        return DefaultSchema.ofType("string");
    }

    /** Any number. */
    static NumberSchema number() {
        return DefaultSchema.ofType("number");
    }

    /** A whole number; 5.0 is one. */
    static NumberSchema integer() {
        return DefaultSchema.ofType("integer");
    }

    /** True or false. */
    static Schema bool() {
        return DefaultSchema.ofType("boolean");
    }

    /** A list of such items. */
    static ArraySchema array(Schema items) {
        return DefaultSchema.ofType("array").withPart("items", items);
    }

    /** An object; add its properties. */
    static ObjectSchema object() {
        return DefaultSchema.ofType("object");
    }

    /** One of these texts. */
    static Schema enumOf(String... values) {
        return enumOf(List.of(values));
    }

    /** One of these texts. */
    static Schema enumOf(Collection<String> values) {
        return DefaultSchema.ofType("string").with("enum", List.copyOf(values));
    }

    /** At least one of these. */
    static Schema anyOf(Schema... alternatives) {
        return DefaultSchema.EMPTY.withParts("anyOf", List.of(alternatives));
    }

    /** Exactly one of these. */
    static Schema oneOf(Schema... alternatives) {
        return DefaultSchema.EMPTY.withParts("oneOf", List.of(alternatives));
    }

    /** This or null; the same as {@link #nullable()}. */
    static Schema nullable(Schema schema) {
        return schema.nullable();
    }

    /**
     * Reads a schema from JSON text. What is wrong in it otherwise is told when a value first meets it.
     *
     * @throws InvalidSchemaException if it is no JSON object
     * @throws io.cortexreactive.error.LimitExceededException if it is larger than 1 MiB, deeper than 100 levels or has
     *     more than 20,000 values
     */
    static Schema fromJson(String json) {
        return DefaultSchema.parse(json);
    }

    /**
     * A schema given as its JSON object.
     *
     * @throws io.cortexreactive.error.LimitExceededException as for {@link #fromJson}
     */
    @JsonCreator
    static Schema fromMap(Map<String, Object> schema) {
        return DefaultSchema.of(schema);
    }

    /**
     * The schema of what Jackson reads as this class, made once for each class. Objects allow no other properties,
     * unless they are maps. A property is required unless it is an {@code Optional}, has an annotation named
     * {@code Nullable} or a default value in {@code @JsonProperty}; the first two may also be null. Annotations of
     * Jackson count, and those of Bean Validation where that is on the class path. Reflects on the class: off event
     * loops, see {@link #forClass}.
     *
     * @throws MissingLibraryException if the optional libraries that do it are not on the class path
     * @throws InvalidSchemaException if the class cannot be described: Jackson gives it other properties than its
     *     fields, or one of them a form of its own, as by {@code JsonUnwrapped}, {@code JsonAnySetter} or
     *     {@code JsonFormat}
     */
    static Schema fromClass(Class<?> type) {
        return ClassSchemas.of(type);
    }

    /**
     * The same schema, made and compiled off event loops where that has yet to be done. Emits at once on the
     * subscriber's thread, or else on Reactor's bounded elastic scheduler; its errors are those of {@link #fromClass}.
     */
    static Mono<Schema> forClass(Class<?> type) {
        return ClassSchemas.prepared(type);
    }

    /** Says what the value is for; models read it. */
    Schema description(String text);

    /** What is meant where the value is left out. Only told: nobody fills it in. */
    Schema defaultValue(@Nullable Object value);

    /** Values to learn from. */
    Schema examples(Object... values);

    /** This or null. */
    Schema nullable();

    /**
     * Checks a value: maps, lists, texts, numbers, booleans and null, a JSON tree, or anything else as Jackson writes
     * it. A text is a text, not JSON to be parsed.
     *
     * @throws InvalidSchemaException if this is no valid schema: it has keywords of the wrong kind, references outside
     *     of itself or a pattern that RE2 does not know
     * @throws io.cortexreactive.error.LimitExceededException if the value is deeper than 100 levels, has more than a
     *     million values, or takes more than a million steps to check
     */
    ValidationResult validate(@Nullable Object value);

    /**
     * {@link #validate}, for event loops: where the schema has yet to be compiled, this does it on Reactor's bounded
     * elastic scheduler and emits there, else on the subscriber's thread.
     */
    Mono<ValidationResult> validated(@Nullable Object value);

    /**
     * The value as a Java object, after it was checked. The object is made by Jackson.
     *
     * @throws SchemaViolationException if the value is not valid, or the class refuses it
     */
    <T> T cast(@Nullable Object value, Class<T> type);

    /** {@link #cast}, for event loops, as {@link #validated} is. */
    <T> Mono<T> casting(@Nullable Object value, Class<T> type);

    /**
     * This schema, compiled; off event loops where that has yet to be done. Fails with {@link InvalidSchemaException}.
     */
    Mono<Schema> prepared();

    /** The schema as its JSON object. */
    @JsonValue
    Map<String, Object> toMap();

    /** The schema as JSON text. */
    String toJson();
}
