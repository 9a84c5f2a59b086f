package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.wire.WireJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

/** JSON values as this library has them and as the AWS SDK has them. */
final class SdkJson {

    private SdkJson() {}

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
        return document(WireJson.plain(value));
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

    /** What the SDK would send or has read, by the names that JSON has. */
    static Map<String, Object> fields(SdkPojo pojo) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = plain(field.getValueOrDefault(pojo));
            if (value != null) {
                map.put(field.locationName(), value);
            }
        }
        return map;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value == null || value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap) {
            return null;
        }
        if (value instanceof SdkPojo pojo) {
            return fields(pojo);
        }
        if (value instanceof SdkBytes bytes) {
            return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
        }
        if (value instanceof Document document) {
            return value(document);
        }
        return collection(value);
    }

    private static Object collection(Object value) {
        if (value instanceof List<?> items) {
            List<@Nullable Object> list = new ArrayList<>();
            items.forEach(item -> list.add(plain(item)));
            return list;
        }
        if (value instanceof Map<?, ?> fields) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            fields.forEach((key, field) -> map.put(String.valueOf(key), plain(field)));
            return map;
        }
        return value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
