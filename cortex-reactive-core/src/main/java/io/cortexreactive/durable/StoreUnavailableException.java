package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import org.jspecify.annotations.Nullable;

/** The store could not be reached, or did not answer in time. What was asked of it may have happened or not. */
public final class StoreUnavailableException extends CortexException implements Transient {

    /** Says what was asked of the store. */
    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super("store_unavailable", message, cause);
    }
}
