package io.cortexreactive.provider.wire;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON from and for services. What it reads may be 100 levels deep, with strings of 8 Mi characters, numbers of 100
 * digits, 32 MiB and 4 million tokens in all; more is a {@link tools.jackson.core.exc.StreamConstraintsException}.
 */
public final class WireJson {

    private static final int MAX_DEPTH = 100;
    private static final int MAX_NUMBER_DIGITS = 100;
    private static final int MAX_STRING_CHARS = 8 * 1024 * 1024;
    private static final int MAX_TOKENS = 4_000_000;

    /** Beyond anything that is ever counted, and far from where sums overflow. */
    private static final double MOST_TOKENS = 1e15;

    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    /** Buffers by thread, because the few event loops would else hand them to each other at every event of a stream. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_NUMBER_DIGITS)
                    .maxStringLength(MAX_STRING_CHARS)
                    .maxDocumentLength(WholeBody.MAX_BYTES)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .build();

    private static final JsonMapper MAPPER = ready(JsonMapper.builder(FACTORY)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build());

    private WireJson() {}

    /** Jackson takes a lock where it meets a type for the first time, and event loops must not wait for it. */
    private static JsonMapper ready(JsonMapper mapper) {
        Map<String, Object> sample = mapper.readValue("{\"a\":{\"b\":[1,1.5,true,null,\"c\"]}}", OBJECT);
        mapper.readValue(mapper.writeValueAsBytes(sample), OBJECT);
        return mapper;
    }

    /** Reads a part of an array as it goes along; the caller closes it. */
    public static JsonParser parser(byte[] json, int from, int to) {
        return FACTORY.createParser(ObjectReadContext.empty(), json, from, to - from);
    }

    /**
     * Reads an object.
     *
     * @throws tools.jackson.core.JacksonException if the text is none
     */
    public static @Nullable Map<String, Object> object(String json) {
        return MAPPER.readValue(json, OBJECT);
    }

    /**
     * Reads an object.
     *
     * @throws tools.jackson.core.JacksonException if the bytes are none
     */
    public static @Nullable Map<String, Object> object(byte[] json, int from, int to) {
        return MAPPER.readValue(json, from, to - from, OBJECT);
    }

    /** Reads an object where there is one; else gives an empty one, as for an error's body that may be anything. */
    public static Map<String, Object> objectOrEmpty(byte[] json, int from, int to) {
        try {
            Map<String, Object> fields = object(json, from, to);
            return fields == null ? Map.of() : fields;
        } catch (JacksonException e) {
            return Map.of();
        }
    }

    /**
     * A number of tokens, as a service tells it; none where it does not.
     *
     * @return negative if that cannot be true
     */
    public static long tokens(@Nullable Object told) {
        if (told == null) {
            return 0;
        }
        double count = told instanceof Number number ? number.doubleValue() : -1;
        return count >= 0 && count <= MOST_TOKENS ? (long) count : -1;
    }

    /** Any value as JSON. */
    public static byte[] bytes(@Nullable Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** Any value as JSON. */
    public static String text(@Nullable Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Any value as maps, lists, texts, numbers and booleans. */
    public static Object plain(Object value) {
        return MAPPER.convertValue(value, Object.class);
    }
}
