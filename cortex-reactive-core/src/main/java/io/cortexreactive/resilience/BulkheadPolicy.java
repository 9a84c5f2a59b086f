package io.cortexreactive.resilience;

import java.time.Duration;

/**
 * How many calls may be under way at a time.
 *
 * @param maxConcurrent under way
 * @param maxWaiting waiting for one of them to end; more fail at once
 * @param maxWait how long one may wait
 */
public record BulkheadPolicy(int maxConcurrent, int maxWaiting, Duration maxWait) {

    public BulkheadPolicy {
        Limits.require(maxConcurrent > 0, "maxConcurrent", "must be positive", maxConcurrent);
        Limits.require(maxWaiting >= 0, "maxWaiting", "must not be negative", maxWaiting);
        Limits.requirePositive("maxWait", maxWait);
    }

    /** As many may wait as may be under way, for up to 30 s. */
    public static BulkheadPolicy maxConcurrent(int calls) {
        return new BulkheadPolicy(calls, calls, Duration.ofSeconds(30));
    }
}
