package io.cortexreactive.provider.openai;

import io.cortexreactive.schema.Schema;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Asks for an answer of a given shape. */
final class ResponseFormat {

    private ResponseFormat() {}

    static Map<String, Object> of(Schema schema) {
        Map<String, Object> shape = schema.toMap();
        Map<String, Object> named = new LinkedHashMap<>();
        named.put("name", "response");
        named.put("schema", shape);
        named.put("strict", isStrict(shape));
        return Map.of("type", "json_schema", "json_schema", named);
    }

    /**
     * Whether the server can be held to it: OpenAI refuses a strict schema in which an object is open or a property
     * optional.
     */
    private static boolean isStrict(Object part) {
        if (part instanceof Map<?, ?> map) {
            return isStrictObject(map) && areStrict(map.values());
        }
        return !(part instanceof Collection<?> list) || areStrict(list);
    }

    private static boolean areStrict(Collection<?> parts) {
        return parts.stream().allMatch(ResponseFormat::isStrict);
    }

    private static boolean isStrictObject(Map<?, ?> schema) {
        if (!"object".equals(schema.get("type"))) {
            return true;
        }
        return Boolean.FALSE.equals(schema.get("additionalProperties"))
                && schema.get("properties") instanceof Map<?, ?> properties
                && schema.get("required") instanceof Collection<?> required
                && required.containsAll(properties.keySet());
    }
}
