package io.cortexreactive.provider;

import io.cortexreactive.message.Message;
import org.jspecify.annotations.Nullable;

/** Nothing came for longer than the idle timeout, although the consumer was waiting. */
public final class StreamStalledException extends BrokenStreamException {

    /**
     * @param message what went wrong
     * @param partial what had come
     */
    public StreamStalledException(String message, ProviderFailure failure, Message partial, @Nullable Throwable cause) {
        super("stream_stalled", message, failure, partial, cause);
    }
}
