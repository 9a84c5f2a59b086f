package io.cortexreactive.message;

/** Plain text. */
public record TextContent(String text) implements Content {}
