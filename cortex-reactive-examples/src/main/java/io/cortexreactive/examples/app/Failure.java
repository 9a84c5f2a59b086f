package io.cortexreactive.examples.app;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Transient;
import io.cortexreactive.provider.ProviderException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why an answer broke off, as the page is told.
 *
 * @param code stable, for programs
 * @param message for people
 * @param isTransient whether trying again can help
 * @param requestId the provider's id of the call, if it gave one
 * @param retryAfterMillis when to come back, if the provider said so
 */
record Failure(
        String code,
        String message,
        @JsonProperty("transient") boolean isTransient,
        @Nullable String requestId,
        @Nullable Long retryAfterMillis) {

    static Failure of(Throwable error) {
        ErrorInfo info = ErrorInfo.of(error);
        String message =
                ErrorInfo.INTERNAL.equals(info.code()) ? "The application failed; its log says why." : info.message();
        return new Failure(info.code(), message, info.isTransient(), requestId(error), retryAfterMillis(error));
    }

    private static @Nullable String requestId(Throwable error) {
        return error instanceof ProviderException failed ? failed.requestId() : null;
    }

    private static @Nullable Long retryAfterMillis(Throwable error) {
        return error instanceof Transient passing
                ? passing.retryAfter().map(Duration::toMillis).orElse(null)
                : null;
    }
}
