package io.cortexreactive.chat;

import io.cortexreactive.error.ErrorInfo;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is kept of one item, or of the end of its channel.
 *
 * @param id for {@link Broadcaster#follow}; says nothing else
 * @param item null, a text, boolean or number, or an immutable list or map of these; null in the last message
 * @param last whether the channel ends here
 * @param error why the channel ended early, as its source has it: {@link ErrorInfo#shown()} is what may be shown to
 *     anybody; null in all other messages
 */
public record ChannelMessage(
        String id,
        @Nullable Object item,
        boolean last,
        @Nullable ErrorInfo error) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /** A message with an item. */
    public static ChannelMessage of(String id, @Nullable Object item) {
        return new ChannelMessage(id, item, false, null);
    }

    /** The last one; with null, all has been said. */
    public static ChannelMessage end(String id, @Nullable ErrorInfo error) {
        return new ChannelMessage(id, null, true, error);
    }

    /**
     * The items alone, as what they were before they were published, such as {@code ChatChunk}.
     *
     * @return completes with the channel; {@link ChannelFailedException} if that ended early; Jackson's own error for
     *     an item that is none of this type
     */
    public static <T> Flux<T> items(Flux<ChannelMessage> messages, Class<T> type) {
        return messages.handle((message, items) -> {
            if (message.error() != null) {
                items.error(new ChannelFailedException(message.error()));
            } else if (!message.last()) {
                items.next(JSON.convertValue(message.item(), type));
            }
        });
    }
}
