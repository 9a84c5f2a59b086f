package io.cortexreactive.durable;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** An id is none that every store can keep. Nothing was asked of the store. */
public final class InvalidIdException extends CortexException implements Lasting {

    /** Says whose id it is, and what is wrong with it. */
    public InvalidIdException(String what, String problem) {
        super("invalid_id", what + " " + problem + ".", null);
    }
}
