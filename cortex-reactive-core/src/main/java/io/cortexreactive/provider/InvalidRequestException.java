package io.cortexreactive.provider;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** The request cannot be served as it is. Raised before any I/O where that can be told here. */
public final class InvalidRequestException extends ProviderException implements Lasting {

    /** @param message what the service said, or what was wrong */
    public InvalidRequestException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        super("invalid_request", message, failure, cause);
    }
}
