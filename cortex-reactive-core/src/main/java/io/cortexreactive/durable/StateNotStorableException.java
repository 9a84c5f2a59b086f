package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A state cannot be kept: it is too large, or has a value that is no JSON. */
public final class StateNotStorableException extends CortexException implements Lasting {

    /** Says what cannot be kept. */
    public StateNotStorableException(String message, @Nullable Throwable cause) {
        super("state_not_storable", message, cause);
    }
}
