package io.cortexreactive.schema;

import io.cortexreactive.error.LimitExceededException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Copies a schema deeply, so that nobody changes it later, and refuses one that is too large to be meant. */
final class SchemaCopy {

    private static final int MAX_CHARS = 1024 * 1024;
    private static final int MAX_VALUES = 20_000;

    private int values;

    private SchemaCopy() {}

    /** @throws InvalidSchemaException if the text is no JSON object */
    static Map<?, ?> parse(String json) {
        if (json.length() > MAX_CHARS) {
            throw new LimitExceededException("JSON Schema, characters", MAX_CHARS, json.length());
        }
        try {
            if (JsonValues.read(json) instanceof Map<?, ?> schema) {
                return schema;
            }
            throw new InvalidSchemaException("A JSON Schema must be a JSON object, this is another value", null);
        } catch (JacksonException e) {
            throw new InvalidSchemaException("A JSON Schema must be a JSON object: " + e.getOriginalMessage(), e);
        }
    }

    static Map<String, Object> of(Map<?, ?> schema) {
        return new SchemaCopy().map(schema, 1);
    }

    static @Nullable Object value(@Nullable Object value) {
        return new SchemaCopy().copy(value, 1);
    }

    private @Nullable Object copy(@Nullable Object value, int depth) {
        if (++values > MAX_VALUES) {
            throw new LimitExceededException("Values in a JSON Schema", MAX_VALUES, values);
        }
        if (depth > JsonValues.MAX_DEPTH) {
            throw new LimitExceededException("Levels of a JSON Schema", JsonValues.MAX_DEPTH, depth);
        }
        if (value instanceof Map<?, ?> map) {
            return map(map, depth);
        }
        return value instanceof Collection<?> list ? list(list, depth) : value;
    }

    private Map<String, Object> map(Map<?, ?> source, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>();
        source.forEach((key, value) -> copy.put(String.valueOf(key), copy(value, depth + 1)));
        return Collections.unmodifiableMap(copy);
    }

    private List<Object> list(Collection<?> source, int depth) {
        List<Object> copy = new ArrayList<>(source.size());
        source.forEach(value -> copy.add(copy(value, depth + 1)));
        return Collections.unmodifiableList(copy);
    }
}
