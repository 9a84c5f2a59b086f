package io.cortexreactive.chat;

import io.cortexreactive.error.ErrorInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one item, or of the end of its channel.
 *
 * @param id for {@link Broadcaster#follow}; says nothing else
 * @param item null, a text, boolean or number, or an immutable list or map of these; null in the last message
 * @param last whether the channel ends here
 * @param error why the channel ended early; null in all other messages
 */
public record ChannelMessage(
        String id,
        @Nullable Object item,
        boolean last,
        @Nullable ErrorInfo error) {

    /** A message with an item. */
    public static ChannelMessage of(String id, @Nullable Object item) {
        return new ChannelMessage(id, item, false, null);
    }

    /** The last one; with null, all has been said. */
    public static ChannelMessage end(String id, @Nullable ErrorInfo error) {
        return new ChannelMessage(id, null, true, error);
    }
}
