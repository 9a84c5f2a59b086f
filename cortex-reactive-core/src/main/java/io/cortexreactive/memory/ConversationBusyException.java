package io.cortexreactive.memory;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;

/** Another run has the conversation. Nothing of this one has happened. */
public final class ConversationBusyException extends CortexException implements Transient {

    ConversationBusyException(ConversationKey key) {
        super(
                "conversation_busy",
                "Conversation '" + key.conversationId() + "' is in the hands of another run. Try again when that has"
                        + " ended, or let runs wait longer.",
                null);
    }
}
