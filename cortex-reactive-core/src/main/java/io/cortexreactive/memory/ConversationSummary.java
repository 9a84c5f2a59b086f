package io.cortexreactive.memory;

/**
 * What was said up to a point, in short.
 *
 * @param text the summary
 * @param upTo the position of the last message in it
 */
public record ConversationSummary(String text, long upTo) {}
