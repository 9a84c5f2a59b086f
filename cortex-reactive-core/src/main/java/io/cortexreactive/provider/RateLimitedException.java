package io.cortexreactive.provider;

import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service limits how often or how much; it may say when to come back. */
public final class RateLimitedException extends ProviderException implements Transient {

    private final @Nullable Duration retryAfter;

    /**
     * @param message what the service said
     * @param retryAfter when to come back, if the service told
     */
    public RateLimitedException(
            String message, ProviderFailure failure, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super("rate_limited", message, failure, cause);
        this.retryAfter = retryAfter;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
