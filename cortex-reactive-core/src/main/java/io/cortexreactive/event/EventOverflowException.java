package io.cortexreactive.event;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;

/** A subscription with {@link OverflowPolicy#FAIL} fell behind. Subscribing again starts afresh. */
public final class EventOverflowException extends CortexException implements Transient {

    EventOverflowException(int size) {
        super(
                "event_overflow",
                "The subscriber fell behind and its buffer of " + size + " events is full. Take events faster, give"
                        + " EventStream.buffer a larger size, or choose a policy that drops.",
                null);
    }
}
