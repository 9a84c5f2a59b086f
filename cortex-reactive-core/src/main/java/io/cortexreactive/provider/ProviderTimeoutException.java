package io.cortexreactive.provider;

import io.cortexreactive.error.Transient;
import org.jspecify.annotations.Nullable;

/**
 * The service did not begin to answer, or finish, in time. A connection that does not come about in time is a
 * {@link ProviderUnavailableException}.
 */
public final class ProviderTimeoutException extends ProviderException implements Transient {

    /** @param message what the service said, or what was wrong */
    public ProviderTimeoutException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        super("provider_timeout", message, failure, cause);
    }
}
