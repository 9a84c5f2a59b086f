package io.cortexreactive.guardrail;

import io.cortexreactive.error.LimitExceededException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The texts in a JSON value: names, strings, and numbers as they are written. */
final class JsonTexts {

    /** A number may have an exponent that fills the memory. */
    private static final int MAX_DIGITS = 400;

    /** Deeper values would be a recursion without end. */
    private static final int MAX_DEPTH = 100;

    private static final JsonMapper JSON = JsonMapper.shared();

    private JsonTexts() {}

    static {
        // Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it.
        value(write(Map.of("a", List.of(1, 1.5, true, "b"))));
    }

    /** Has the types met that JSON is read into. */
    static void meetTypes() {
        // The class has done so when it was loaded.
    }

    /** The value with each text changed; the value itself if none is. A number that is changed becomes a string. */
    static Object map(Object value, UnaryOperator<String> change) {
        return map(value, change, 0);
    }

    private static Object map(Object value, UnaryOperator<String> change, int depth) {
        if (value instanceof String text) {
            return change.apply(text);
        }
        if (value instanceof Number number) {
            String before = plain(number);
            String after = change.apply(before);
            return after.equals(before) ? value : after;
        }
        if (value instanceof Boolean) {
            return value;
        }
        if (depth == MAX_DEPTH) {
            throw new LimitExceededException("Levels of a JSON value that is guarded", MAX_DEPTH, depth + 1);
        }
        if (value instanceof Map<?, ?> object) {
            return mapObject(object, change, depth + 1);
        }
        return value instanceof List<?> list ? mapList(list, change, depth + 1) : mapOther(value, change, depth + 1);
    }

    /** With all its digits, as people read it. */
    private static String plain(Number number) {
        return number instanceof Double || number instanceof Float || number instanceof BigDecimal
                ? plain(number.toString())
                : number.toString();
    }

    private static String plain(String number) {
        try {
            BigDecimal value = new BigDecimal(number);
            boolean isLong = Math.abs((long) value.scale()) > MAX_DIGITS;
            return isLong ? number : value.toPlainString();
        } catch (NumberFormatException e) {
            return number;
        }
    }

    private static Object mapObject(Map<?, ?> object, UnaryOperator<String> change, int depth) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>();
        boolean same = true;
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            String before = String.valueOf(entry.getKey());
            String name = change.apply(before);
            Object value = entry.getValue() == null ? null : map(entry.getValue(), change, depth);
            same &= name.equals(before) && value == entry.getValue();
            changed.put(name, value);
        }
        return same ? object : changed;
    }

    private static Object mapList(List<?> list, UnaryOperator<String> change, int depth) {
        List<@Nullable Object> changed = new ArrayList<>();
        boolean same = true;
        for (Object before : list) {
            Object value = before == null ? null : map(before, change, depth);
            same &= value == before;
            changed.add(value);
        }
        return same ? list : changed;
    }

    /** As the provider will see it. */
    private static Object mapOther(Object value, UnaryOperator<String> change, int depth) {
        Object plain = JSON.convertValue(value, Object.class);
        Object changed = plain == null ? value : map(plain, change, depth);
        return changed == plain ? value : changed;
    }

    static String write(Object value) {
        return JSON.writeValueAsString(value);
    }

    /** The object a text is; null if it is none. */
    @SuppressWarnings("unchecked") // names in JSON are strings
    static @Nullable Map<String, Object> object(String text) {
        return read(text) instanceof Map<?, ?> object ? (Map<String, Object>) object : null;
    }

    /** The value a text is; the text itself if it is no JSON. */
    static Object value(String text) {
        Object value = read(text);
        return value == null ? text : value;
    }

    private static @Nullable Object read(String text) {
        try {
            return JSON.readValue(text, Object.class);
        } catch (JacksonException e) {
            return null;
        }
    }
}
