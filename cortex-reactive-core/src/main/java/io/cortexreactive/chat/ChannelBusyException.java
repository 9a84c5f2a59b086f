package io.cortexreactive.chat;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;

/** Somebody publishes to the channel. Nothing of what was to be published has happened. */
public final class ChannelBusyException extends CortexException implements Transient {

    /** Says which channel. */
    public ChannelBusyException(String channel) {
        super(
                "channel_busy",
                "Somebody publishes to channel '" + channel + "' already. Publish to a channel of its own, or when that"
                        + " has ended.",
                null);
    }
}
