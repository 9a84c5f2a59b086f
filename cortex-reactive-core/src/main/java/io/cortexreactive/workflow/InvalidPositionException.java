package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A run was never there: no event has this position, or the run cannot go on from this sequence. */
public final class InvalidPositionException extends CortexException implements Lasting {

    InvalidPositionException(String position) {
        this(position, null);
    }

    InvalidPositionException(String position, @Nullable Throwable cause) {
        super(
                "invalid_position",
                "'" + position + "' is no position of the run. Take one from the metadata of an event, or the sequence"
                        + " of a transition that something came after.",
                cause);
    }
}
