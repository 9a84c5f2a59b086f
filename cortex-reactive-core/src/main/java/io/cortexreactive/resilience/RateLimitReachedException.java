package io.cortexreactive.resilience;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.Optional;

/** This application's own rate limit is used up for longer than a call may wait. Nothing was sent. */
public final class RateLimitReachedException extends CortexException implements Transient, NotAdmitted {

    private final Duration retryAfter;

    RateLimitReachedException(Object service, RateLimitPolicy policy, Duration wait) {
        super(
                "rate_limit_reached",
                "The rate limit of calls to " + service + " is used up: a call would wait "
                        + wait.plusNanos(999_999).toMillis() + " ms, and may wait "
                        + policy.maxWait().toMillis() + " ms",
                null);
        retryAfter = wait;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.of(retryAfter);
    }
}
