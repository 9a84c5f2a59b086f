package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** What a store gave back is not the state of a run, or was written by a newer version. The run is left as it is. */
public final class CorruptStateException extends CortexException implements Lasting {

    /** Says what is wrong with the state, and which run it is of. */
    public CorruptStateException(String message, @Nullable Throwable cause) {
        super("corrupt_state", message, cause);
    }
}
