package io.cortexreactive.provider.bedrock;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.document.Document;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON values as this library has them, as the AWS SDK has them, and as text. */
final class JsonDocuments {

    private static final int MAX_DEPTH = 100;
    private static final int MAX_NUMBER_DIGITS = 100;
    private static final int MAX_STRING_CHARS = 8 * 1024 * 1024;
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER_DIGITS)
                            .maxStringLength(MAX_STRING_CHARS)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonDocuments() {}

    /**
     * Reads an object.
     *
     * @throws tools.jackson.core.JacksonException if the text is none
     */
    static @Nullable Map<String, Object> parseObject(String json) {
        return JSON.readValue(json, OBJECT);
    }

    static String write(@Nullable Object value) {
        return JSON.writeValueAsString(value);
    }

    /** Any value that Jackson can write, as the SDK's document. */
    static Document document(@Nullable Object value) {
        if (value == null) {
            return Document.fromNull();
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, Document> fields = new LinkedHashMap<>();
            map.forEach((key, field) -> fields.put(String.valueOf(key), document(field)));
            return Document.fromMap(fields);
        }
        if (value instanceof Iterable<?> items) {
            List<Document> list = new ArrayList<>();
            items.forEach(item -> list.add(document(item)));
            return Document.fromList(list);
        }
        return scalar(value);
    }

    private static Document scalar(Object value) {
        if (value instanceof CharSequence text) {
            return Document.fromString(text.toString());
        }
        if (value instanceof Boolean flag) {
            return Document.fromBoolean(flag);
        }
        if (value instanceof Number number) {
            return Document.fromNumber(number.toString());
        }
        return document(JSON.convertValue(value, Object.class));
    }

    /** The document as maps, lists, texts, numbers, booleans and null. */
    static @Nullable Object value(Document document) {
        if (document.isNull()) {
            return null;
        }
        if (document.isMap()) {
            return object(document);
        }
        if (document.isList()) {
            List<@Nullable Object> list = new ArrayList<>();
            document.asList().forEach(item -> list.add(value(item)));
            return list;
        }
        if (document.isNumber()) {
            return number(document.asNumber().stringValue());
        }
        return document.isBoolean() ? (Object) document.asBoolean() : document.asString();
    }

    @SuppressWarnings("NullAway") // JSON objects may hold null
    static Map<String, Object> object(Document document) {
        Map<String, Object> map = new LinkedHashMap<>();
        document.asMap().forEach((key, field) -> map.put(key, value(field)));
        return map;
    }

    /** As Jackson reads it: the smallest whole number type that fits, else a double. */
    private static Number number(String text) {
        BigDecimal exact = new BigDecimal(text);
        if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            return exact.doubleValue();
        }
        BigInteger whole = exact.toBigInteger();
        if (whole.bitLength() < Integer.SIZE) {
            return whole.intValue();
        }
        return whole.bitLength() < Long.SIZE ? (Number) whole.longValue() : whole;
    }
}
