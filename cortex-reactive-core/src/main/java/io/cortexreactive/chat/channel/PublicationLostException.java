package io.cortexreactive.chat.channel;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** Whoever publishes was not heard of for so long that the channel was ended, or begun anew, without it. */
public final class PublicationLostException extends CortexException implements Lasting {

    /** Says which channel. */
    public PublicationLostException(String channel) {
        super(
                "publication_lost",
                "Channel '" + channel
                        + "' was ended by others, who had not heard of its publisher for too long. What was"
                        + " published since is not kept. Publish it again if it matters.",
                null);
    }
}
