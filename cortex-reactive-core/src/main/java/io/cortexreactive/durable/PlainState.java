package io.cortexreactive.durable;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonGeneratorDelegate;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values as a state keeps them: null, texts, booleans, numbers, and immutable lists and maps of them. Whatever else is
 * given becomes what Jackson writes of it, so that a node sees the same before and after a crash. No class name is ever
 * written, and none is read: a map of the application's can have a {@code "@class"} like any other entry.
 */
final class PlainState {

    static final int MAX_DEPTH = 500;
    static final int MAX_DIGITS = 1_000;

    /** A few lists that hold each other twice would be billions of values. */
    private static final int MAX_VALUES = 2_000_000;

    private static final int MAX_PATH = 100;

    private final Deque<Object> path = new ArrayDeque<>();
    private int values;

    private PlainState(String root) {
        path.add(root);
    }

    /**
     * A plain value.
     *
     * @param root what it is called in errors
     * @throws StateNotStorableException if something in it is no JSON, naming where
     */
    static @Nullable Object of(@Nullable Object value, String root) {
        return new PlainState(root).plain(value);
    }

    /** A plain map; see {@link #of}. */
    static Map<String, Object> ofMap(Map<String, ?> map, String root) {
        return new PlainState(root).map(map);
    }

    private @Nullable Object plain(@Nullable Object value) {
        if (++values > MAX_VALUES) {
            throw unusable("has more than " + MAX_VALUES + " values");
        }
        if (value == null || value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Number number) {
            return number(number);
        }
        if (path.size() > MAX_DEPTH) {
            throw unusable("is nested deeper than " + MAX_DEPTH + " levels, or contains itself");
        }
        if (value instanceof Map<?, ?> map) {
            return map.keySet().stream().allMatch(String.class::isInstance) ? map(map) : written(map);
        }
        return value instanceof Collection<?> items ? list(items) : rarer(value);
    }

    private @Nullable Object rarer(Object value) {
        if (value instanceof Optional<?> optional) {
            return plain(optional.orElse(null));
        }
        if (value instanceof Publisher
                || value instanceof BaseStream
                || value instanceof CompletionStage
                || value instanceof InputStream
                || value instanceof Reader) {
            throw unusable("is a " + value.getClass().getSimpleName() + ", which is no value");
        }
        return written(value);
    }

    @SuppressWarnings("NullAway") // A map that holds nulls cannot say so to those who give it out as an API has it.
    private Map<String, Object> map(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = (String) entry.getKey();
            path.addLast(key);
            require(isWhole(key), "has half of a surrogate pair in its name, which JSON readers refuse");
            copy.put(key, plain(entry.getValue()));
            path.removeLast();
        }
        return Collections.unmodifiableMap(copy);
    }

    private static boolean isWhole(String key) {
        return key.codePoints().noneMatch(point -> Character.getType(point) == Character.SURROGATE);
    }

    @SuppressWarnings("NullAway") // A list that holds nulls cannot be made unmodifiable, as NullAway sees it.
    private List<@Nullable Object> list(Collection<?> items) {
        List<@Nullable Object> copy = new ArrayList<>(items.size());
        for (Object item : items) {
            path.addLast(copy.size());
            copy.add(plain(item));
            path.removeLast();
        }
        return Collections.unmodifiableList(copy);
    }

    private @Nullable Object number(Number value) {
        if (value instanceof Double || value instanceof Float) {
            return finite(value);
        }
        if (value instanceof BigDecimal exact) {
            require(exact.precision() <= MAX_DIGITS, "has more than " + MAX_DIGITS + " digits");
            return exact;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return value.intValue();
        }
        if (value instanceof Long || value instanceof BigInteger) {
            return integer(value);
        }
        return written(value);
    }

    /** A float is the double that is written as it is. */
    private Double finite(Number value) {
        require(Double.isFinite(value.doubleValue()), "is " + value + ", which is no number in JSON");
        return value instanceof Double exact ? exact : Double.valueOf(value.toString());
    }

    /** The smallest type that holds it, as JSON is read everywhere; JSON does not tell them apart. */
    private Number integer(Number value) {
        BigInteger exact = value instanceof BigInteger big ? big : BigInteger.valueOf(value.longValue());
        if (exact.bitLength() < Integer.SIZE) {
            return exact.intValue();
        }
        if (exact.bitLength() < Long.SIZE) {
            return exact.longValue();
        }
        require(new BigDecimal(exact).precision() <= MAX_DIGITS, "has more than " + MAX_DIGITS + " digits");
        return exact;
    }

    private @Nullable Object written(Object value) {
        try {
            return plain(StateJson.readValue(Written.json(value)));
        } catch (StateNotStorableException e) {
            throw e;
        } catch (RuntimeException | LinkageError | VirtualMachineError e) {
            throw unusable(
                    "is a " + value.getClass().getSimpleName() + ", which cannot be written as JSON: "
                            + (e instanceof JacksonException json ? json.getOriginalMessage() : e.getMessage()),
                    e);
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw unusable(otherwise);
        }
    }

    private StateNotStorableException unusable(String what) {
        return unusable(what, null);
    }

    private StateNotStorableException unusable(String what, @Nullable Throwable cause) {
        return new StateNotStorableException("'" + where() + "' " + what + ", and cannot be kept.", cause);
    }

    private String where() {
        StringBuilder where = new StringBuilder();
        for (Object step : path) {
            if (where.length() > MAX_PATH) {
                return where.append("…").toString();
            }
            where.append(step instanceof Integer ? "[" + step + "]" : (where.isEmpty() ? "" : ".") + step);
        }
        return where.toString();
    }

    /** What Jackson makes of the classes of applications. */
    private static final class Written {

        /** More chars than any state has bytes. */
        private static final int MAX_CHARS = 32 * 1024 * 1024;

        /** Anything that has nothing to tell is most likely no value, so it is refused. */
        private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                        .streamWriteConstraints(StreamWriteConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .build())
                        .build())
                .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .annotationIntrospector(new WithoutClassNames())
                .build();

        static String json(Object value) {
            BoundedText text = new BoundedText();
            try (JsonGenerator generator = new ExactNumbers(MAPPER.createGenerator(text))) {
                MAPPER.writeValue(generator, value);
            }
            return text.toString();
        }
    }

    /** Ignores what asks for class names. */
    private static final class WithoutClassNames extends JacksonAnnotationIntrospector {

        @Override
        public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
            JsonTypeInfo.Value info = super.findPolymorphicTypeInfo(config, annotated);
            return info != null
                            && (info.getIdType() == JsonTypeInfo.Id.CLASS
                                    || info.getIdType() == JsonTypeInfo.Id.MINIMAL_CLASS)
                    ? null
                    : info;
        }
    }

    /** Jackson writes what is no number as text. */
    private static final class ExactNumbers extends JsonGeneratorDelegate {

        ExactNumbers(JsonGenerator generator) {
            super(generator, false);
        }

        @Override
        public JsonGenerator writeNumber(double value) {
            requireFinite(value);
            return super.writeNumber(value);
        }

        @Override
        public JsonGenerator writeNumber(float value) {
            requireFinite(value);
            return super.writeNumber(value);
        }

        @Override
        public JsonGenerator writeNumber(BigDecimal value) {
            return super.writeNumber(StateJson.exact(value));
        }

        @Override
        public JsonGenerator writeArray(double[] array, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                requireFinite(array[i]);
            }
            return super.writeArray(array, offset, length);
        }

        private static void requireFinite(double value) {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(value + " is no number in JSON");
            }
        }
    }

    private static final class BoundedText extends StringWriter {

        @Override
        public void write(int c) {
            requireRoom(1);
            super.write(c);
        }

        @Override
        public void write(char[] chars, int offset, int length) {
            requireRoom(length);
            super.write(chars, offset, length);
        }

        @Override
        public void write(String text) {
            requireRoom(text.length());
            super.write(text);
        }

        @Override
        public void write(String text, int offset, int length) {
            requireRoom(length);
            super.write(text, offset, length);
        }

        private void requireRoom(int more) {
            if (getBuffer().length() + more > Written.MAX_CHARS) {
                throw new IllegalArgumentException("it has more than " + Written.MAX_CHARS + " chars");
            }
        }
    }
}
