package io.cortexreactive.testing;

import io.cortexreactive.message.ToolCall;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the arguments a model wrote. */
final class ToolArguments {

    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private ToolArguments() {}

    /** A call; with no text at all, a call without arguments. */
    static ToolCall call(String id, String name, String text) {
        if (text.isEmpty()) {
            return ToolCall.of(id, name, Map.of());
        }
        try {
            JsonNode node = JsonMapper.shared().readTree(text);
            if (node.isObject()) {
                return ToolCall.of(id, name, JsonMapper.shared().convertValue(node, MAP));
            }
        } catch (JacksonException e) {
            return new ToolCall(id, name, Map.of(), text);
        }
        return new ToolCall(id, name, Map.of(), text);
    }
}
