package io.cortexreactive.memory;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A conversation was used after it had been closed. */
public final class ConversationClosedException extends CortexException implements Lasting {

    ConversationClosedException() {
        super(
                "conversation_closed",
                "This conversation is closed, and may be another run's by now. Open it anew.",
                null);
    }
}
