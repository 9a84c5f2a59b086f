package io.cortexreactive.resilience;

import java.time.Duration;

/**
 * How much may be asked of a service in a minute, and not more than the service says is left. Calls beyond it wait for
 * their turn.
 *
 * @param requestsPerMinute calls; {@link Long#MAX_VALUE} for no limit
 * @param tokensPerMinute tokens, in and out; {@link Long#MAX_VALUE} for no limit
 * @param maxWait how long a call may wait; one that would wait longer fails at once
 */
public record RateLimitPolicy(long requestsPerMinute, long tokensPerMinute, Duration maxWait) {

    /** No limits but those that the service tells of; calls wait for up to 30 s. */
    public static final RateLimitPolicy AS_TOLD =
            new RateLimitPolicy(Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofSeconds(30));

    public RateLimitPolicy {
        Limits.require(requestsPerMinute > 0, "requestsPerMinute", "must be positive", requestsPerMinute);
        Limits.require(tokensPerMinute > 0, "tokensPerMinute", "must be positive", tokensPerMinute);
        Limits.requireTime("maxWait", maxWait);
    }

    /** Limits calls; they wait for up to 30 s. */
    public static RateLimitPolicy requestsPerMinute(long requests) {
        return AS_TOLD.withRequestsPerMinute(requests);
    }

    /** This, with a limit of calls. */
    public RateLimitPolicy withRequestsPerMinute(long requests) {
        return new RateLimitPolicy(requests, tokensPerMinute, maxWait);
    }

    /** This, with a limit of tokens. */
    public RateLimitPolicy withTokensPerMinute(long tokens) {
        return new RateLimitPolicy(requestsPerMinute, tokens, maxWait);
    }

    /** This, with another wait. */
    public RateLimitPolicy withMaxWait(Duration wait) {
        return new RateLimitPolicy(requestsPerMinute, tokensPerMinute, wait);
    }
}
