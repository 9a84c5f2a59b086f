package io.cortexreactive.chat;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A channel has no message of an id. */
public final class UnknownMessageException extends CortexException implements Lasting {

    /** Says in which channel. */
    public UnknownMessageException(String channel) {
        super(
                "unknown_message",
                "Channel '" + channel + "' has no message of this id: it has begun anew or been forgotten, or the id is"
                        + " none of its own. Follow it without an id.",
                null);
    }
}
