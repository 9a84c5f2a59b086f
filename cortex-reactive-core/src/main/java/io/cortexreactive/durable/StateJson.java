package io.cortexreactive.durable;

import io.cortexreactive.error.Sha256;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;

/**
 * {@linkplain #plain Plain values} as JSON, and back without a difference. A number that has a point is a double, and
 * one that has an exponent alone, as 1999E-2, is a {@link BigDecimal}, so that both are read as what they were.
 */
public final class StateJson {

    /** Some levels more than a state may have, for what it is wrapped in. */
    private static final int MAX_READ_DEPTH = PlainState.MAX_DEPTH + 10;

    /** Java 17 writes doubles with one digit more than they have. What has more was no double, and loses nothing. */
    private static final int DOUBLE_DIGITS = 18;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_READ_DEPTH)
                    .maxNumberLength(2 * PlainState.MAX_DIGITS)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private StateJson() {}

    /**
     * What a store gets.
     *
     * @param text JSON that survives UTF-8, whatever text is in it
     * @param bytes how many it has in UTF-8
     */
    public record Json(String text, int bytes) {}

    /**
     * What a state keeps of a value: null, texts, booleans, numbers, and immutable lists and maps of them. Whatever
     * else is given becomes what Jackson writes of it, without the names of classes.
     *
     * @param root what it is called in errors
     * @throws StateNotStorableException if something in it is no JSON, naming where
     */
    public static @Nullable Object plain(@Nullable Object value, String root) {
        return PlainState.of(value, root);
    }

    /** The same of a map; see {@link #plain}. */
    public static Map<String, Object> plainMap(Map<String, ?> map, String root) {
        return PlainState.ofMap(map, root);
    }

    /**
     * Writes plain values.
     *
     * @param limit the most bytes there may be
     * @throws StateNotStorableException if there are more
     */
    public static Json write(Map<String, Object> plain, int limit) {
        Output output = new Output(limit);
        output.value(plain);
        if (output.bytes > limit) {
            throw new StateNotStorableException(
                    "A state of at least " + output.bytes + " bytes cannot be kept; it may have " + limit + ".", null);
        }
        return new Json(output.text.toString(), (int) output.bytes);
    }

    /** How many bytes a text has in UTF-8. */
    public static long bytes(String text) {
        long bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            bytes += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return bytes;
    }

    /**
     * Reads plain values.
     *
     * @throws CorruptStateException if that is no JSON object
     */
    @SuppressWarnings("unchecked") // Objects are read as maps with texts for keys.
    public static Map<String, Object> read(String json) {
        Object read;
        try {
            read = readValue(json);
        } catch (JacksonException e) {
            throw new CorruptStateException("A stored state is no JSON: " + e.getOriginalMessage(), e);
        } catch (NumberFormatException | StackOverflowError e) {
            throw new CorruptStateException("A stored state is no JSON: " + e.getMessage(), e);
        }
        if (read instanceof Map<?, ?> object) {
            return (Map<String, Object>) object;
        }
        throw new CorruptStateException("A stored state is no JSON object.", null);
    }

    /** The same for equal values, in whichever order maps have them: SHA-256, hexadecimal. */
    public static String hash(Map<String, Object> values) {
        return Sha256.hex(
                write(sorted(plainMap(values, "data")), Integer.MAX_VALUE).text());
    }

    private static Map<String, Object> sorted(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((name, value) -> sorted.put(String.valueOf(name), sortedValue(value)));
        return sorted;
    }

    private static Object sortedValue(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(StateJson::sortedValue).collect(Collectors.toCollection(ArrayList::new));
        }
        return value instanceof Map<?, ?> map ? sorted(map) : value;
    }

    /** Reads any one plain value. */
    static @Nullable Object readValue(String json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == null) {
                throw new StreamReadException("nothing is there");
            }
            Object read = value(parser);
            if (parser.nextToken() != null) {
                throw new StreamReadException("something follows its end");
            }
            return read;
        }
    }

    /** A number that is read as this one, with its scale. */
    static String exact(BigDecimal number) {
        return number.unscaledValue() + "E" + -(long) number.scale();
    }

    @SuppressWarnings("NullAway") // A map that holds nulls cannot say so to those who give it out as an API has it.
    private static Map<String, Object> object(JsonParser parser) {
        Map<String, Object> read = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            read.put(name, value(parser));
        }
        return Collections.unmodifiableMap(read);
    }

    @SuppressWarnings("NullAway") // A list that holds nulls cannot be made unmodifiable, as NullAway sees it.
    private static List<@Nullable Object> array(JsonParser parser) {
        List<@Nullable Object> read = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            read.add(value(parser));
        }
        return Collections.unmodifiableList(read);
    }

    private static @Nullable Object value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> decimal(parser.getString());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> parser.getString();
        };
    }

    private static Number decimal(String text) {
        BigDecimal exact = new BigDecimal(text);
        if (text.indexOf('.') < 0 || exact.precision() > DOUBLE_DIGITS) {
            return exact;
        }
        double read = Double.parseDouble(text);
        boolean same = !Double.isInfinite(read) && (read == 0) == (exact.signum() == 0);
        return same ? (Number) read : exact;
    }

    /** What is written, as long as it is not too much; then it is only counted, and texts by their chars. */
    private static final class Output {

        private final StringBuilder text = new StringBuilder();
        private final int limit;
        private long bytes;

        Output(int limit) {
            this.limit = limit;
        }

        void value(@Nullable Object value) {
            if (value instanceof String string) {
                string(string);
            } else if (value instanceof Map<?, ?> map) {
                object(map);
            } else if (value instanceof List<?> list) {
                array(list);
            } else if (value instanceof BigDecimal number) {
                ascii(exact(number));
            } else if (isPlain(value)) {
                ascii(String.valueOf(value));
            } else {
                value(PlainState.of(value, "state"));
            }
        }

        private static boolean isPlain(@Nullable Object value) {
            return value == null
                    || value instanceof Boolean
                    || value instanceof Integer
                    || value instanceof Long
                    || value instanceof BigInteger
                    || (value instanceof Double number && Double.isFinite(number));
        }

        private void object(Map<?, ?> map) {
            String before = "{";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                ascii(before);
                string((String) entry.getKey());
                ascii(":");
                value(entry.getValue());
                before = ",";
            }
            ascii(map.isEmpty() ? "{}" : "}");
        }

        private void array(List<?> list) {
            String before = "[";
            for (Object item : list) {
                ascii(before);
                value(item);
                before = ",";
            }
            ascii(list.isEmpty() ? "[]" : "]");
        }

        private void ascii(String part) {
            bytes += part.length();
            if (bytes <= limit) {
                text.append(part);
            }
        }

        private void string(String value) {
            ascii("\"");
            if (bytes + value.length() > limit) {
                bytes += value.length();
            } else {
                for (int i = 0; i < value.length(); i++) {
                    i += character(value, i);
                }
            }
            ascii("\"");
        }

        /** How many chars more than one it has. */
        private int character(String value, int at) {
            char c = value.charAt(at);
            int point = value.codePointAt(at);
            if (Character.isSupplementaryCodePoint(point)) {
                text.appendCodePoint(point);
                bytes += 4;
                return 1;
            }
            if (c == '"' || c == '\\') {
                ascii("\\" + c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                ascii(String.format("\\u%04x", (int) c));
            } else {
                text.append(c);
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
            return 0;
        }
    }
}
