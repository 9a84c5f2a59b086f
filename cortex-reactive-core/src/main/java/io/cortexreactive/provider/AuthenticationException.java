package io.cortexreactive.provider;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** The service does not accept the credentials, or they may not do this. */
public final class AuthenticationException extends ProviderException implements Lasting {

    /** @param message what the service said, or what was wrong */
    public AuthenticationException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        super("authentication", message, failure, cause);
    }
}
