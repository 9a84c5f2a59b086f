package io.cortexreactive.sse;

import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.SseFrame;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** The messages of a channel as they are, with their ids, so that a browser's {@code EventSource} resumes by itself. */
public final class PlainStream {

    /** Ends of the stream, and what an {@code EventSource} tells by itself. */
    private static final Set<String> RESERVED = Set.of("end", "failed", "error", "open");

    private PlainStream() {}

    /**
     * A frame for each message: its id, the item's {@code type} as the event, and the item as JSON. The last one is
     * {@code end} with an empty object, or {@code failed} with the error, without its message where that is none of
     * this library's; a client closes then, because an {@code EventSource} would connect again. Demand, cancel and
     * errors are the source's.
     *
     * <p>An item without a type that is one word, or of the type {@code end}, {@code failed}, {@code error} or
     * {@code open}, comes as an event without a name: the first two are the ends, the others an {@code EventSource}'s
     * own. Items are told as they are: steps of a run hold what its tools answered, their errors included.
     */
    public static Flux<SseFrame> of(Flux<ChannelMessage> messages) {
        return messages.map(PlainStream::frame);
    }

    private static SseFrame frame(ChannelMessage message) {
        if (!message.last()) {
            return new SseFrame(message.id(), event(message.item()), UiWriter.json(message.item()));
        }
        return message.error() == null
                ? new SseFrame(message.id(), "end", "{}")
                : new SseFrame(
                        message.id(), "failed", UiWriter.json(message.error().shown()));
    }

    private static @Nullable String event(@Nullable Object item) {
        return item instanceof Map<?, ?> map
                        && map.get("type") instanceof String type
                        && type.matches("\\w+")
                        && !RESERVED.contains(type)
                ? type
                : null;
    }
}
