package io.cortexreactive.memory;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;

/**
 * The conversation is no longer what this run knows of it: another run has added to it, has taken it over, or it was
 * deleted. What was to be added has not been.
 */
public final class ConversationChangedException extends CortexException implements Transient {

    /** @param key the conversation */
    public ConversationChangedException(ConversationKey key) {
        super(
                "conversation_changed",
                "Conversation '" + key.conversationId()
                        + "' was continued, taken over or deleted by somebody else while"
                        + " this run was under way. Nothing was added. Run again, on what it has become.",
                null);
    }
}
