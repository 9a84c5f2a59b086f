package io.cortexreactive.retrieval;

import io.cortexreactive.error.CortexException;
import org.jspecify.annotations.Nullable;

/** A retriever failed. Subclasses say by {@code Transient} or {@code Lasting} whether to look again. */
public abstract class RetrievalException extends CortexException {

    /**
     * @param code stable, see {@link CortexException#code()}
     * @param message what was wrong and what to do about it
     * @param cause what led to it, if anything did
     */
    protected RetrievalException(String code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
