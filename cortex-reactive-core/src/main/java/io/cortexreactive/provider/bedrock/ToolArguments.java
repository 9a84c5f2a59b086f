package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Collects the arguments of one tool call, and tells whether they are a JSON object. */
final class ToolArguments {

    static final int MAX_BYTES = 256 * 1024;

    private final String id;
    private final String name;
    private final StringBuilder json = new StringBuilder();
    private long bytes;

    ToolArguments(String id, String name) {
        this.id = id;
        this.name = name;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    void add(String piece) {
        bytes += piece.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new LimitExceededException("Arguments of a tool call, bytes", MAX_BYTES, bytes);
        }
        json.append(piece);
    }

    /** The call. A model that gives no arguments at all means an empty object. */
    ToolCall toCall() {
        String text = json.toString();
        if (text.isBlank()) {
            return ToolCall.of(id, name, Map.of());
        }
        Map<String, Object> input = parse(text);
        return input == null ? new ToolCall(id, name, Map.of(), text) : ToolCall.of(id, name, input);
    }

    private static @Nullable Map<String, Object> parse(String text) {
        try {
            return JsonDocuments.parseObject(text);
        } catch (JacksonException e) {
            return null;
        }
    }
}
