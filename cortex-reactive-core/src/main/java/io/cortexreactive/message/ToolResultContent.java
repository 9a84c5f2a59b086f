package io.cortexreactive.message;

import java.util.Objects;

/**
 * What a tool answered.
 *
 * @param callId the {@link ToolCall#id()} this answers
 * @param result text, or a value made of JSON types
 * @param error whether the tool failed
 */
public record ToolResultContent(String callId, Object result, boolean error) implements Content {

    public ToolResultContent {
        Objects.requireNonNull(callId, "callId");
    }
}
