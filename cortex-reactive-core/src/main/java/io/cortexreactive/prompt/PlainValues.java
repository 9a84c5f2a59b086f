package io.cortexreactive.prompt;

import io.cortexreactive.error.LimitExceededException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a template may see: maps with text keys, lists, texts, numbers and booleans. Nothing of the caller's own
 * classes is called, and nothing of them gets into a template.
 */
final class PlainValues {

    /** A present null. Renders empty, and is told from what is absent. */
    static final Object NOTHING = new Object() {
        @Override
        public String toString() {
            return "";
        }
    };

    private static final int MAX_DEPTH = 100;
    private static final int MAX_VALUES = 500_000;

    private int values;

    private PlainValues() {}

    /** With {@link #NOTHING} in place of nulls. */
    static Map<String, Object> forTemplate(Map<String, ?> variables) {
        return new PlainValues().map(variables, "", 0);
    }

    /** Immutable, for a prompt's own values. */
    static Map<String, Object> ofMap(Map<String, ?> values) {
        return Collections.unmodifiableMap(withNulls(new PlainValues().map(values, "", 0)));
    }

    /** With nulls again, for those who want to look at values. */
    static @Nullable Object withNulls(Object value) {
        if (value == NOTHING) {
            return null;
        }
        if (value instanceof Map<?, ?> map) {
            return withNulls(map);
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(item -> copy.add(withNulls(item)));
            return copy;
        }
        return value;
    }

    @SuppressWarnings("NullAway") // A map that holds nulls cannot say so to those who give it out as an API has it.
    private static Map<String, Object> withNulls(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), withNulls(value)));
        return copy;
    }

    private Map<String, Object> map(Map<?, ?> map, String path, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            String name = name(key, path);
            copy.put(name, plain(value, path.isEmpty() ? name : path + "." + name, depth + 1));
        });
        return copy;
    }

    private static String name(@Nullable Object key, String path) {
        if (key instanceof CharSequence || key instanceof Number || key instanceof Boolean) {
            return key.toString();
        }
        if (key instanceof Enum<?> constant) {
            return constant.name();
        }
        throw unusable(path, key);
    }

    private Object plain(@Nullable Object value, String path, int depth) {
        if (++values > MAX_VALUES) {
            throw new LimitExceededException("Variables of a prompt, values", MAX_VALUES, values);
        }
        if (depth > MAX_DEPTH) {
            throw new LimitExceededException("Variables of a prompt, levels", MAX_DEPTH, depth);
        }
        if (value == null || value == NOTHING) {
            return NOTHING;
        }
        if (value instanceof Map<?, ?> map) {
            return map(map, path, depth);
        }
        if (value instanceof Collection<?> items) {
            return list(items, path, depth);
        }
        return value.getClass().isArray() ? array(value, path, depth) : scalar(value, path, depth);
    }

    private List<Object> list(Collection<?> items, String path, int depth) {
        List<Object> copy = new ArrayList<>();
        for (Object item : items) {
            copy.add(plain(item, path, depth + 1));
        }
        return copy;
    }

    private List<Object> array(Object array, String path, int depth) {
        List<Object> copy = new ArrayList<>();
        for (int i = 0; i < Array.getLength(array); i++) {
            copy.add(plain(Array.get(array, i), path, depth + 1));
        }
        return copy;
    }

    private Object scalar(Object value, String path, int depth) {
        if (value instanceof String
                || value instanceof Boolean
                || isOfJava(value, "java.lang", Number.class)
                || isOfJava(value, "java.math", Number.class)) {
            return value;
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Optional<?> optional) {
            return plain(optional.orElse(null), path, depth);
        }
        if (value instanceof Date date && value.getClass() == Date.class) {
            return date.toInstant().toString();
        }
        if (value instanceof Character
                || value instanceof UUID
                || isOfJava(value, "java.time", Object.class)
                || isOfJava(value, "java.lang", CharSequence.class)
                || isOfJava(value, "java.net", Object.class)) {
            return value.toString();
        }
        throw unusable(path, value);
    }

    private static boolean isOfJava(Object value, String packageName, Class<?> type) {
        return type.isInstance(value) && value.getClass().getPackageName().equals(packageName);
    }

    private static PromptRenderException unusable(String path, @Nullable Object value) {
        String type = value == null ? "null" : value.getClass().getName();
        return new PromptRenderException(
                "Variable '" + path + "'",
                0,
                "is a " + type + ", and a template sees maps, lists, texts, numbers, booleans and dates alone. Give it"
                        + " the values that it needs.",
                null);
    }
}
