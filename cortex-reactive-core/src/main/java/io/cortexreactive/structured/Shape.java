package io.cortexreactive.structured;

import io.cortexreactive.schema.ObjectSchema;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.schema.SchemaViolationException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What is asked for. Models, and the services that hold them to a schema, answer with objects: anything else is asked
 * for as the only property of one.
 *
 * @param schema of what is asked for
 * @param asked the schema of the object to answer with
 * @param property where in that object it is; null if it is the object
 * @param type what becomes of it; null to leave it as it is
 */
record Shape<T>(
        Schema schema,
        Schema asked,
        @Nullable String property,
        @Nullable Class<T> type) {

    static final String ELEMENTS = "elements";

    private static final String VALUE = "value";

    /** Compiled, so that event loops only have to use it. */
    static Mono<Shape<Object>> of(Schema schema) {
        return Shape.<Object>wrap(schema, null).prepared();
    }

    static <T> Mono<Shape<T>> of(Class<T> type) {
        return Schema.forClass(type)
                .flatMap(schema -> wrap(schema, type).prepared())
                .flatMap(shape -> Partials.prepare(type).thenReturn(shape));
    }

    /** A list of these; the shape itself is that of one element. */
    static Mono<Shape<Object>> elements(Schema element) {
        return Shape.<Object>list(element, null).prepared();
    }

    static <T> Mono<Shape<T>> elements(Class<T> type) {
        return Schema.forClass(type).flatMap(schema -> list(schema, type).prepared());
    }

    private static <T> Shape<T> wrap(Schema schema, @Nullable Class<T> type) {
        return "object".equals(schema.toMap().get("type"))
                ? new Shape<>(schema, schema, null, type)
                : new Shape<>(schema, envelope(VALUE, schema), VALUE, type);
    }

    private static <T> Shape<T> list(Schema element, @Nullable Class<T> type) {
        return new Shape<>(element, envelope(ELEMENTS, Schema.array(element)), ELEMENTS, type);
    }

    private static ObjectSchema envelope(String property, Schema schema) {
        return Schema.object().property(property, schema).required(property).additionalProperties(false);
    }

    private Mono<Shape<T>> prepared() {
        return schema.prepared().then(asked.prepared()).thenReturn(this);
    }

    /**
     * The value of a whole answer.
     *
     * @throws InvalidAnswerException if it is not valid
     */
    T read(Object root) {
        if (property == null) {
            return cast(root, "$");
        }
        requireFrame(root);
        return cast(((Map<?, ?>) root).get(property), "$." + property);
    }

    /** @throws InvalidAnswerException if what is around the value is not valid */
    void requireFrame(Object root) {
        InvalidAnswerException.check(asked.validate(root), "$");
    }

    /**
     * A value of its own schema.
     *
     * @param place where in the answer it is
     * @throws InvalidAnswerException if it is not valid
     */
    @SuppressWarnings("unchecked") // without a type, T is Object
    T cast(@Nullable Object value, String place) {
        if (type != null) {
            try {
                return schema.cast(value, type);
            } catch (SchemaViolationException e) {
                throw InvalidAnswerException.at(place, e.errors());
            }
        }
        InvalidAnswerException.check(schema.validate(value), place);
        if (value == null) {
            throw new InvalidAnswerException(List.of(place + ": must not be null"));
        }
        return (T) value;
    }

    /** What an answer shows so far; null if that is nothing. */
    @SuppressWarnings("unchecked") // without a type, T is Object
    @Nullable
    T partial(JsonReader answer) {
        Object shown = inner(answer.soFar());
        if (shown == null || type == null) {
            return (T) shown;
        }
        T partial = Partials.read(shown, type);
        return partial != null ? partial : lesser(answer, type);
    }

    /** An unfinished text may be no value yet, such as the first half of a date. */
    private @Nullable T lesser(JsonReader answer, Class<T> wanted) {
        Object shown = inner(answer.soFarWithoutOpenText());
        return shown == null ? null : Partials.read(shown, wanted);
    }

    private @Nullable Object inner(@Nullable Object root) {
        return property == null || root == null ? root : ((Map<?, ?>) root).get(Objects.requireNonNull(property));
    }
}
