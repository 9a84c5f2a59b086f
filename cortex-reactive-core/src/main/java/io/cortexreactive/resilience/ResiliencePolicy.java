package io.cortexreactive.resilience;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What protects a call, and whom it is made to. Each part may be left out.
 *
 * @param retry when to make it again
 * @param timeout how long one attempt may take
 * @param circuitBreaker when to stop making any
 * @param rateLimit how many in a minute
 * @param bulkhead how many at a time
 * @param hedgeAfter when to make a second one beside a first that has given nothing yet; the faster one counts, the
 *     other is cancelled. Both cost.
 * @param deadline the time that all attempts and waits have together
 */
public record ResiliencePolicy(
        @Nullable RetryPolicy retry,
        TimeoutPolicy timeout,
        @Nullable CircuitBreakerPolicy circuitBreaker,
        @Nullable RateLimitPolicy rateLimit,
        @Nullable BulkheadPolicy bulkhead,
        @Nullable Duration hedgeAfter,
        @Nullable Duration deadline) {

    /** Protects nothing. */
    public static final ResiliencePolicy NONE = builder().build();

    /** {@link RetryPolicy#DEFAULTS}, and nothing else. */
    public static final ResiliencePolicy DEFAULTS =
            builder().retry(RetryPolicy.DEFAULTS).build();

    public ResiliencePolicy {
        Objects.requireNonNull(timeout, "timeout");
        Limits.requirePositiveIfGiven("hedgeAfter", hedgeAfter);
        Limits.requirePositiveIfGiven("deadline", deadline);
    }

    /** Starts with nothing. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts with this. */
    public Builder toBuilder() {
        return builder()
                .retry(retry)
                .timeout(timeout)
                .circuitBreaker(circuitBreaker)
                .rateLimit(rateLimit)
                .bulkhead(bulkhead)
                .hedgeAfter(hedgeAfter)
                .deadline(deadline);
    }

    /** Collects parts; null leaves one out. Not thread-safe. */
    public static final class Builder {

        private @Nullable RetryPolicy retry;
        private TimeoutPolicy timeout = TimeoutPolicy.NONE;
        private @Nullable CircuitBreakerPolicy circuitBreaker;
        private @Nullable RateLimitPolicy rateLimit;
        private @Nullable BulkheadPolicy bulkhead;
        private @Nullable Duration hedgeAfter;
        private @Nullable Duration deadline;

        private Builder() {}

        /** When to make a call again. */
        public Builder retry(@Nullable RetryPolicy policy) {
            retry = policy;
            return this;
        }

        /** How long one attempt may take. */
        public Builder timeout(TimeoutPolicy policy) {
            timeout = Objects.requireNonNull(policy, "timeout");
            return this;
        }

        /** When to stop making calls. */
        public Builder circuitBreaker(@Nullable CircuitBreakerPolicy policy) {
            circuitBreaker = policy;
            return this;
        }

        /** How many in a minute. */
        public Builder rateLimit(@Nullable RateLimitPolicy policy) {
            rateLimit = policy;
            return this;
        }

        /** How many at a time. */
        public Builder bulkhead(@Nullable BulkheadPolicy policy) {
            bulkhead = policy;
            return this;
        }

        /** When to make a second call beside the first. Rate limit and bulkhead count the two as one. */
        public Builder hedgeAfter(@Nullable Duration delay) {
            hedgeAfter = delay;
            return this;
        }

        /** The time that all attempts and waits have together. */
        public Builder deadline(@Nullable Duration time) {
            deadline = time;
            return this;
        }

        /** The policy. */
        public ResiliencePolicy build() {
            return new ResiliencePolicy(retry, timeout, circuitBreaker, rateLimit, bulkhead, hedgeAfter, deadline);
        }
    }
}
