package io.cortexreactive.provider;

import io.cortexreactive.error.Transient;
import org.jspecify.annotations.Nullable;

/** A response that cannot be decoded: a bad checksum, broken JSON, or a page from something in between. */
public final class GarbledResponseException extends ProviderException implements Transient {

    /** @param message what the service said, or what was wrong */
    public GarbledResponseException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        super("garbled_response", message, failure, cause);
    }
}
