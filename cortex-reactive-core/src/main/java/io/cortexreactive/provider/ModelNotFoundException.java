package io.cortexreactive.provider;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** The service has no such model, or not in this region or for this account. */
public final class ModelNotFoundException extends ProviderException implements Lasting {

    /** @param message what the service said, or what was wrong */
    public ModelNotFoundException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        super("model_not_found", message, failure, cause);
    }
}
