package io.cortexreactive.memory;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A conversation's id cannot be used, or what is to be added to it is not whole. Nothing was stored. */
public final class InvalidConversationException extends CortexException implements Lasting {

    /** @param message what is wrong, and what it takes */
    public InvalidConversationException(String message) {
        super("invalid_conversation", message, null);
    }
}
