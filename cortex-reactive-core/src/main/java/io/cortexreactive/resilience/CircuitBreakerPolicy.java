package io.cortexreactive.resilience;

import java.time.Duration;

/**
 * When to stop calling a service that fails. Errors that are {@link io.cortexreactive.error.Transient} count as its
 * failures; others are the caller's.
 *
 * @param failureRate the share of failures, above 0 and at most 1, from which on no calls are made
 * @param calls the number of last calls it is measured over, at most 10,000; before there were so many nothing is
 *     decided
 * @param openFor how long no calls are made; then a few show whether the service works again
 * @param trials how many these few are, at most 10,000
 */
public record CircuitBreakerPolicy(double failureRate, int calls, Duration openFor, int trials) {

    /** Half of the last 20 calls, 30 s, 3 trials. */
    public static final CircuitBreakerPolicy DEFAULTS = new CircuitBreakerPolicy(0.5, 20, Duration.ofSeconds(30), 3);

    /** Each takes memory, for each service and tenant. */
    private static final int MOST_CALLS = 10_000;

    public CircuitBreakerPolicy {
        Limits.require(
                failureRate > 0 && failureRate <= 1, "failureRate", "must be above 0 and at most 1", failureRate);
        Limits.require(calls > 0 && calls <= MOST_CALLS, "calls", "must be 1 to 10000", calls);
        Limits.requirePositive("openFor", openFor);
        Limits.require(trials > 0 && trials <= MOST_CALLS, "trials", "must be 1 to 10000", trials);
    }
}
