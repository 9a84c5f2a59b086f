package io.cortexreactive.message;

/** A tool call is whole. */
public record ToolCallCompleted(int index, ToolCall call) implements ChatChunk {}
