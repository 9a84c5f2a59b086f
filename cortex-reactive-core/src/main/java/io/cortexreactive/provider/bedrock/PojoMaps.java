package io.cortexreactive.provider.bedrock;

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

/** Values of the SDK as JSON values, for metadata. */
final class PojoMaps {

    private PojoMaps() {}

    static Map<String, Object> of(SdkPojo pojo) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (SdkField<?> field : pojo.sdkFields()) {
            Object value = value(field.getValueOrDefault(pojo));
            if (value != null) {
                map.put(field.locationName(), value);
            }
        }
        return map;
    }

    private static @Nullable Object value(@Nullable Object value) {
        if (value == null || value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap) {
            return null;
        }
        if (value instanceof SdkPojo pojo) {
            return of(pojo);
        }
        if (value instanceof SdkBytes bytes) {
            return Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
        }
        if (value instanceof Document document) {
            return JsonDocuments.value(document);
        }
        return collection(value);
    }

    private static Object collection(Object value) {
        if (value instanceof List<?> items) {
            List<@Nullable Object> list = new ArrayList<>();
            items.forEach(item -> list.add(value(item)));
            return list;
        }
        if (value instanceof Map<?, ?> fields) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            fields.forEach((key, field) -> map.put(String.valueOf(key), value(field)));
            return map;
        }
        return value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
