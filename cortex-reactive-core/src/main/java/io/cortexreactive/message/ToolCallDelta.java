package io.cortexreactive.message;

/** More of a tool call's arguments, a piece of JSON text. */
public record ToolCallDelta(int index, String json) implements ChatChunk {}
