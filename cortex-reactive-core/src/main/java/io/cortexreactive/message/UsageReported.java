package io.cortexreactive.message;

/** The provider told the usage so far, before the end. */
public record UsageReported(Usage usage) implements ChatChunk {}
