package io.cortexreactive.provider;

import io.cortexreactive.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * The response ended, properly as far as the connection goes, but before the service said that the answer is complete.
 */
public final class IncompleteStreamException extends BrokenStreamException {

    /**
     * @param message what went wrong
     * @param partial what had come
     */
    public IncompleteStreamException(
            String message, ProviderFailure failure, Message partial, @Nullable Throwable cause) {
        super("incomplete_stream", message, failure, partial, cause);
    }
}
