package io.cortexreactive.provider;

import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service limits how often or how much; it may say when to come back. */
public final class RateLimitedException extends ProviderException implements Transient {

    private final @Nullable Duration retryAfter;

    /** Null after Java serialization. */
    private final transient @Nullable RateLimits rateLimits;

    /**
     * @param message what the service said
     * @param retryAfter when to come back, if the service told
     */
    public RateLimitedException(
            String message, ProviderFailure failure, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        this(message, failure, retryAfter, RateLimits.NONE, cause);
    }

    /**
     * @param message what the service said
     * @param retryAfter when to come back, if the service told
     * @param rateLimits what the service said of its limits
     */
    public RateLimitedException(
            String message,
            ProviderFailure failure,
            @Nullable Duration retryAfter,
            RateLimits rateLimits,
            @Nullable Throwable cause) {
        super("rate_limited", message, failure, cause);
        this.retryAfter = retryAfter;
        this.rateLimits = rateLimits;
    }

    /** What the service said of its limits; {@link RateLimits#NONE} if nothing. */
    public RateLimits rateLimits() {
        return rateLimits == null ? RateLimits.NONE : rateLimits;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
