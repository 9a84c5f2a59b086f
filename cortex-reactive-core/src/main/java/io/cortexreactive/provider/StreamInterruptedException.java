package io.cortexreactive.provider;

import io.cortexreactive.message.Message;
import org.jspecify.annotations.Nullable;

/** The connection broke in the middle of a response, or the service ended the stream with an error of its own. */
public final class StreamInterruptedException extends BrokenStreamException {

    /**
     * @param message what went wrong
     * @param partial what had come
     */
    public StreamInterruptedException(
            String message, ProviderFailure failure, Message partial, @Nullable Throwable cause) {
        super("stream_interrupted", message, failure, partial, cause);
    }
}
