package io.cortexreactive.message;

/**
 * Tokens of one call.
 *
 * @param inputTokens tokens sent, without those read from or written to the provider's cache
 * @param outputTokens tokens answered, reasoning included
 * @param cacheReadTokens tokens sent that the provider had cached
 * @param cacheWriteTokens tokens sent that the provider cached now
 * @param estimated whether any of it was counted here, because the provider had not told
 */
public record Usage(
        long inputTokens, long outputTokens, long cacheReadTokens, long cacheWriteTokens, boolean estimated) {

    /** No tokens at all. */
    public static final Usage NONE = new Usage(0, 0, 0, 0, false);

    /** As the provider told, without caching. */
    public static Usage of(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, outputTokens, 0, 0, false);
    }

    /** Counted here; see {@link TokenEstimate}. */
    public static Usage estimated(long inputTokens, long outputTokens) {
        return new Usage(inputTokens, outputTokens, 0, 0, true);
    }

    /** The sum; estimated if either part is. */
    public Usage plus(Usage other) {
        return new Usage(
                inputTokens + other.inputTokens,
                outputTokens + other.outputTokens,
                cacheReadTokens + other.cacheReadTokens,
                cacheWriteTokens + other.cacheWriteTokens,
                estimated || other.estimated);
    }

    /** All tokens together. */
    public long total() {
        return inputTokens + outputTokens + cacheReadTokens + cacheWriteTokens;
    }
}
