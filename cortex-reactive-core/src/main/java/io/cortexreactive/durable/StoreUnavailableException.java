package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import org.jspecify.annotations.Nullable;

/** The store could not be reached, or did not answer in time. What was asked of it may have happened or not. */
public final class StoreUnavailableException extends CortexException implements Transient {

    private final @Nullable String runId;

    /** Says what was asked of the store. */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(message, null, cause);
    }

    /** The same, to who waits for a run that has begun. */
    public StoreUnavailableException(String message, @Nullable String runId, @Nullable Throwable cause) {
        super("store_unavailable", message, cause);
        this.runId = runId;
    }

    /** This, to who waits for a run that has begun. */
    public StoreUnavailableException of(String run) {
        return runId != null
                ? this
                : new StoreUnavailableException(
                        "Run '" + run + "' is not hurt: follow it later. " + getMessage(), run, this);
    }

    /** The run that was waited for, and is not hurt; null if it may not have begun. */
    public @Nullable String runId() {
        return runId;
    }
}
