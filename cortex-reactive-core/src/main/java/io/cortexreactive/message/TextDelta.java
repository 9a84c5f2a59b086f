package io.cortexreactive.message;

/** More text of the answer. */
public record TextDelta(int index, String text) implements ChatChunk {}
