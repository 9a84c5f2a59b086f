package io.cortexreactive.message;

/**
 * What a tool answered.
 *
 * @param callId the {@link ToolCall#id()} this answers
 * @param result text, or a value made of JSON types
 * @param error whether the tool failed
 */
public record ToolResultContent(String callId, Object result, boolean error) implements Content {}
