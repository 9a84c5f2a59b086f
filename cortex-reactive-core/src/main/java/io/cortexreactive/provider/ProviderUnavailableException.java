package io.cortexreactive.provider;

import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service cannot be reached, or failed by itself. */
public final class ProviderUnavailableException extends ProviderException implements Transient {

    private final @Nullable Duration retryAfter;
    private final boolean possiblyBilled;

    /**
     * @param message what went wrong
     * @param retryAfter when to come back, if the service told
     * @param possiblyBilled whether the request may have reached the model
     */
    public ProviderUnavailableException(
            String message,
            ProviderFailure failure,
            @Nullable Duration retryAfter,
            boolean possiblyBilled,
            @Nullable Throwable cause) {
        super("provider_unavailable", message, failure, cause);
        this.retryAfter = retryAfter;
        this.possiblyBilled = possiblyBilled;
    }

    @Override
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** Whether the request had been sent when the connection broke, so that the model may have run, and cost. */
    public boolean possiblyBilled() {
        return possiblyBilled;
    }
}
