package io.cortexreactive.provider;

import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service has too much to do; it may say when to come back. */
public final class OverloadedException extends ProviderException implements Transient {

    private final @Nullable Duration retryAfter;

    /**
     * @param message what the service said
     * @param retryAfter when to come back, if the service told
     */
    public OverloadedException(
            String message, ProviderFailure failure, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super("overloaded", message, failure, cause);
        this.retryAfter = retryAfter;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
