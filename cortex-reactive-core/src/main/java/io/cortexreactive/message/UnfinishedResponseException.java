package io.cortexreactive.message;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A sequence of chunks ended without {@link ChatCompleted}, so there is no whole answer in it. */
public final class UnfinishedResponseException extends CortexException implements Lasting {

    /** Says what is missing. */
    public UnfinishedResponseException() {
        super(
                "unfinished_response",
                "The chunks end without ChatCompleted, so they are no whole answer. Pass on the stream as the provider"
                        + " gave it, up to its last element.",
                null);
    }
}
