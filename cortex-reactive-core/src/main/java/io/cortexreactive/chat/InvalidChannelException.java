package io.cortexreactive.chat;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** No channel can have such a name. */
public final class InvalidChannelException extends CortexException implements Lasting {

    InvalidChannelException(String message) {
        super("invalid_channel", message, null);
    }
}
