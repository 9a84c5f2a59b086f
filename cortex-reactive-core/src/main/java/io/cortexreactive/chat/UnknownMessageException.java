package io.cortexreactive.chat;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A channel, or a run that is followed like one, has no message of an id. */
public final class UnknownMessageException extends CortexException implements Lasting {

    /** Says in which channel. */
    public UnknownMessageException(String channel) {
        this("Channel '" + channel + "'", "it has begun anew or been forgotten, or the id is none of its own.");
    }

    private UnknownMessageException(String place, String reason) {
        super("unknown_message", place + " has no message of this id: " + reason + " Follow it without an id.", null);
    }

    /** Says in which run. */
    public static UnknownMessageException ofRun(String runId) {
        return new UnknownMessageException("Run '" + runId + "'", "the id is none of its own.");
    }
}
