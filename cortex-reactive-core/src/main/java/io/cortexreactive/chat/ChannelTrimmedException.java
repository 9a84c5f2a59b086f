package io.cortexreactive.chat;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What follows in a channel is kept no longer. Raised instead of leaving something out. */
public final class ChannelTrimmedException extends CortexException implements Lasting {

    private final @Nullable String resumeId;

    /** @param resumeId the id before the oldest message that is kept; null if nothing is */
    public ChannelTrimmedException(String channel, @Nullable String resumeId) {
        super(
                "channel_trimmed",
                "What follows in channel '" + channel + "' is kept no longer. "
                        + (resumeId == null
                                ? "Nothing is left of it: follow it without an id."
                                : "Follow it after '" + resumeId + "' to go on with the oldest message that is kept."),
                null);
        this.resumeId = resumeId;
    }

    /** What to follow after, to go on with the oldest message that is kept; empty if none is. */
    public Optional<String> resumeId() {
        return Optional.ofNullable(resumeId);
    }
}
