package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/**
 * The store refused what was asked of it, and would again: a schema that is not there, a missing right, a full index.
 */
public final class StoreFailedException extends CortexException implements Lasting {

    /** Says what was refused. */
    public StoreFailedException(String message, @Nullable Throwable cause) {
        super("store_failed", message, cause);
    }
}
