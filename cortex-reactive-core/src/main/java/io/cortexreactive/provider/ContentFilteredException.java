package io.cortexreactive.provider;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** The service refused because of what was asked or answered. */
public final class ContentFilteredException extends ProviderException implements Lasting {

    /** @param message what the service said, or what was wrong */
    public ContentFilteredException(String message, ProviderFailure failure, @Nullable Throwable cause) {
        super("content_filtered", message, failure, cause);
    }
}
