package io.cortexreactive.provider;

import io.cortexreactive.message.Usage;
import java.math.BigDecimal;

/**
 * Prices for a million tokens.
 *
 * @param input tokens read
 * @param output tokens written
 * @param cacheRead tokens read that were cached
 * @param cacheWrite tokens read and cached
 * @param currency ISO 4217, such as {@code USD}
 */
public record ModelPrices(
        BigDecimal input, BigDecimal output, BigDecimal cacheRead, BigDecimal cacheWrite, String currency) {

    private static final int MILLION_DIGITS = 6;

    /** What this usage costs, exactly, in {@link #currency()}. */
    public BigDecimal cost(Usage usage) {
        return times(input, usage.inputTokens())
                .add(times(output, usage.outputTokens()))
                .add(times(cacheRead, usage.cacheReadTokens()))
                .add(times(cacheWrite, usage.cacheWriteTokens()))
                .movePointLeft(MILLION_DIGITS);
    }

    private static BigDecimal times(BigDecimal price, long tokens) {
        return price.multiply(BigDecimal.valueOf(tokens));
    }
}
