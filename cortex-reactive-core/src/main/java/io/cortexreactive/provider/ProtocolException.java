package io.cortexreactive.provider;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A response that can be decoded but breaks the service's own protocol. */
public final class ProtocolException extends ProviderException implements Lasting {

    /** @param message what the service said, or what was wrong */
    public ProtocolException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        super("protocol", message, failure, cause);
    }
}
