package io.cortexreactive.chat;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Lasting;

/** What was published to a channel ended early. Whoever follows it again hears the same. */
public final class ChannelFailedException extends CortexException implements Lasting {

    private final ErrorInfo error;

    ChannelFailedException(ErrorInfo error) {
        super(
                "channel_failed",
                "What was published ended early. " + error.code() + ": "
                        + error.shown().message(),
                null);
        this.error = error;
    }

    /** What the publisher's error was; whether publishing again can help is in there. */
    public ErrorInfo error() {
        return error;
    }
}
