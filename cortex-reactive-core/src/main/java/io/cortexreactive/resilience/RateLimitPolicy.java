package io.cortexreactive.resilience;

import java.time.Duration;

/**
 * How much may be asked of a service in a minute. Calls beyond it wait for their turn.
 *
 * @param requestsPerMinute calls; {@link Long#MAX_VALUE} for no limit
 * @param tokensPerMinute tokens, in and out; {@link Long#MAX_VALUE} for no limit
 * @param maxWait how long a call may wait; one that would wait longer fails at once
 */
public record RateLimitPolicy(long requestsPerMinute, long tokensPerMinute, Duration maxWait) {

    public RateLimitPolicy {
        Limits.require(requestsPerMinute > 0, "requestsPerMinute must be positive", requestsPerMinute);
        Limits.require(tokensPerMinute > 0, "tokensPerMinute must be positive", tokensPerMinute);
        Limits.require(!maxWait.isNegative(), "maxWait must not be negative", maxWait);
    }

    /** Limits calls; they wait for up to 30 s. */
    public static RateLimitPolicy requestsPerMinute(long requests) {
        return new RateLimitPolicy(requests, Long.MAX_VALUE, Duration.ofSeconds(30));
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
