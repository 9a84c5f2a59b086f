package io.cortexreactive.message;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Defensive copies that keep order and allow null values, as JSON does. */
final class Copies {

    private Copies() {}

    static Map<String, Object> map(@Nullable Map<String, Object> source) {
        if (source == null || source.isEmpty()) {
            return Map.of();
        }
        return Collections.unmodifiableMap(new LinkedHashMap<>(source));
    }

    /** @throws NullPointerException naming the field, if an element is null */
    static <T> List<T> list(@Nullable List<T> source, String field) {
        if (source == null) {
            return List.of();
        }
        if (source instanceof MessageLog.View) {
            return source;
        }
        source.forEach(element -> Objects.requireNonNull(element, field));
        return Collections.unmodifiableList(new ArrayList<>(source));
    }
}
