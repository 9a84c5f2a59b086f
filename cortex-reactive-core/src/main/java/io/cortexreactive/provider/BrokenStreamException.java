package io.cortexreactive.provider;

import io.cortexreactive.error.PartialAnswer;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.Message;
import org.jspecify.annotations.Nullable;

/** A stream ended without the service's own end marker. Carries what had come. */
public abstract sealed class BrokenStreamException extends ProviderException implements Transient, PartialAnswer
        permits IncompleteStreamException, StreamInterruptedException, StreamStalledException {

    private final String partialText;

    /** Null after Java serialization, which the parts of a message do not take. */
    private final transient @Nullable Message partial;

    BrokenStreamException(
            String code, String message, ProviderFailure failure, Message partial, @Nullable Throwable cause) {
        super(code, message, failure, cause);
        this.partial = partial;
        this.partialText = partial.text();
    }

    /**
     * What the model had said: text, reasoning, and those tool calls that were whole; the text alone if deserialized.
     */
    public final Message partial() {
        return partial == null ? Message.assistant(partialText) : partial;
    }

    /** The text of {@link #partial()}. */
    @Override
    public final String partialText() {
        return partialText;
    }
}
