package io.cortexreactive.message;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The model asks for a tool to be run.
 *
 * @param id ties the {@link ToolResultContent} to this call
 * @param name the tool's name
 * @param input the arguments; empty when they were no JSON object
 * @param invalidArguments what the model wrote instead of a JSON object, or null when {@code input} holds
 */
public record ToolCall(
        String id,
        String name,
        Map<String, Object> input,
        @Nullable String invalidArguments) implements Content {

    public ToolCall {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        input = Copies.map(input);
    }

    /** A call with valid arguments. */
    public static ToolCall of(String id, String name, Map<String, Object> input) {
        return new ToolCall(id, name, input, null);
    }
}
