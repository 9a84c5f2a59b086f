package io.cortexreactive.message;

/** The model begins a tool call; its arguments follow. */
public record ToolCallStarted(int index, String id, String name) implements ChatChunk {}
