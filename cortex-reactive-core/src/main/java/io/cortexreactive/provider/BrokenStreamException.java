package io.cortexreactive.provider;

import io.cortexreactive.error.Transient;
import io.cortexreactive.message.Message;
import org.jspecify.annotations.Nullable;

/** A stream ended without the service's own end marker. Carries what had come. */
public abstract sealed class BrokenStreamException extends ProviderException implements Transient
        permits IncompleteStreamException, StreamInterruptedException, StreamStalledException {

    private final transient Message partial;

    BrokenStreamException(
            String code, String message, ProviderFailure failure, Message partial, @Nullable Throwable cause) {
        super(code, message, failure, cause);
        this.partial = partial;
    }

    /** What the model had said: text, reasoning, and those tool calls that were whole. */
    public final Message partial() {
        return partial;
    }

    /** The text of {@link #partial()}. */
    public final String partialText() {
        return partial.text();
    }
}
