package io.cortexreactive.provider.wire;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Collects the arguments of one tool call, and tells whether they are a JSON object. Not thread-safe. */
public final class ToolArguments {

    /** The most calls that one answer may have. */
    public static final int MAX_CALLS = 1024;

    /** The most that the arguments of one call may have, in UTF-8. */
    public static final int MAX_BYTES = 256 * 1024;

    private final String id;
    private final String name;
    private final StringBuilder json = new StringBuilder();
    private long bytes;

    /**
     * None yet.
     *
     * @param id the call's
     * @param name the tool's
     */
    public ToolArguments(String id, String name) {
        this.id = id;
        this.name = name;
    }

    /**
     * Checks how many calls an answer has.
     *
     * @throws LimitExceededException if there are more than {@link #MAX_CALLS}
     */
    public static void requireFew(int calls) {
        if (calls > MAX_CALLS) {
            throw new LimitExceededException("Tool calls of an answer", MAX_CALLS, calls);
        }
    }

    /** The call's id. */
    public String id() {
        return id;
    }

    /** The tool's name. */
    public String name() {
        return name;
    }

    /**
     * Takes more of them.
     *
     * @throws LimitExceededException if they have more than {@link #MAX_BYTES}
     */
    public void add(String piece) {
        bytes += piece.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new LimitExceededException("Arguments of a tool call, bytes", MAX_BYTES, bytes);
        }
        json.append(piece);
    }

    /** The call. A model that gives no arguments at all means an empty object. */
    public ToolCall toCall() {
        String text = json.toString();
        if (text.isBlank()) {
            return ToolCall.of(id, name, Map.of());
        }
        Map<String, Object> input = parse(text);
        return input == null ? new ToolCall(id, name, Map.of(), text) : ToolCall.of(id, name, input);
    }

    private static @Nullable Map<String, Object> parse(String text) {
        try {
            return WireJson.object(text);
        } catch (JacksonException e) {
            return null;
        }
    }
}
