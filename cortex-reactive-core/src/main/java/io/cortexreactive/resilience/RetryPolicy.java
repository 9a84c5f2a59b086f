package io.cortexreactive.resilience;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a call that failed is made again. Only after an error that is {@link io.cortexreactive.error.Transient}, and
 * only while the consumer has got nothing, unless the call is restartable.
 *
 * @param maxAttempts how often a call is made at most, the first time included; 1 to 20
 * @param firstDelay the longest wait before the second attempt; it doubles for each one after
 * @param maxDelay the longest wait before any attempt, on top of what the service asks for
 * @param retryAfterCap the longest wait that the service may ask for; beyond it the error is passed on at once
 * @param budget how many retries there may be in proportion to calls
 */
public record RetryPolicy(
        int maxAttempts, Duration firstDelay, Duration maxDelay, Duration retryAfterCap, Budget budget) {

    /** Five attempts, waits of up to 0.5, 1, 2 and 4 s, {@code Retry-After} up to two minutes, and a budget of 10 %. */
    public static final RetryPolicy DEFAULTS = new RetryPolicy(
            5, Duration.ofMillis(500), Duration.ofSeconds(20), Duration.ofMinutes(2), new Budget(0.1, 1));

    private static final int MOST_ATTEMPTS = 20;

    public RetryPolicy {
        Limits.require(maxAttempts >= 1 && maxAttempts <= MOST_ATTEMPTS, "maxAttempts", "must be 1 to 20", maxAttempts);
        Limits.requirePositive("firstDelay", firstDelay);
        Limits.requirePositive("maxDelay", maxDelay);
        Limits.requirePositive("retryAfterCap", retryAfterCap);
        Objects.requireNonNull(budget, "budget");
    }

    /** The defaults with another number of attempts. */
    public static RetryPolicy attempts(int maxAttempts) {
        return DEFAULTS.withMaxAttempts(maxAttempts);
    }

    /** This, with another number of attempts. */
    public RetryPolicy withMaxAttempts(int value) {
        return new RetryPolicy(value, firstDelay, maxDelay, retryAfterCap, budget);
    }

    /** This, with other waits. */
    public RetryPolicy withDelays(Duration first, Duration max) {
        return new RetryPolicy(maxAttempts, first, max, retryAfterCap, budget);
    }

    /** This, with another cap. */
    public RetryPolicy withRetryAfterCap(Duration value) {
        return new RetryPolicy(maxAttempts, firstDelay, maxDelay, value, budget);
    }

    /** This, with another budget; {@link Budget#OFF} for none. */
    public RetryPolicy withBudget(Budget value) {
        return new RetryPolicy(maxAttempts, firstDelay, maxDelay, retryAfterCap, value);
    }

    /**
     * The wait before an attempt, "full jitter": evenly between zero and {@code firstDelay * 2^(n-2)}, at most
     * {@code maxDelay}. See M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
     *
     * @param attempt from 2
     */
    Duration delayBefore(int attempt) {
        double grown = (double) firstDelay.toNanos() * Math.pow(2, attempt - 2.0);
        double most = Math.min(grown, (double) maxDelay.toNanos());
        return Duration.ofNanos((long) (most * ThreadLocalRandom.current().nextDouble()));
    }

    /**
     * How many retries there may be. Each call earns a share of one, and besides there is always some each second, so
     * that a service with few calls has retries too. Savings last for ten seconds.
     *
     * @param ratio retries for each call, from 0
     * @param perSecond retries each second that no call needs to earn
     */
    public record Budget(double ratio, double perSecond) {

        /** No limit. */
        public static final Budget OFF = new Budget(Double.POSITIVE_INFINITY, 0);

        public Budget {
            Limits.require(ratio >= 0, "ratio", "must not be negative", ratio);
            Limits.require(perSecond >= 0, "perSecond", "must not be negative", perSecond);
        }
    }
}
