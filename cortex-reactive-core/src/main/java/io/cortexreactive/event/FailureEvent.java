package io.cortexreactive.event;

import io.cortexreactive.error.ErrorInfo;

/** An event that tells of a failure, of whichever feature. {@code events.on(FailureEvent.class)} gives all of them. */
public interface FailureEvent extends CortexEvent {

    /** What went wrong. */
    ErrorInfo exception();
}
