package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.chat.SseFrame;
import io.cortexreactive.sse.PlainStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Flux;

/** Channels as events that a browser's {@code EventSource} follows, and resumes by itself. */
final class ChannelEvents {

    private final Cortex cortex;
    private final ShutdownSignal shutdown;

    ChannelEvents(Cortex cortex, ShutdownSignal shutdown) {
        this.cortex = cortex;
        this.shutdown = shutdown;
    }

    /**
     * What is in the caller's channel, as {@link PlainStream} has it, and then what comes. A stream without {@code end}
     * or {@code failed} was broken off, and can be resumed.
     *
     * @param lastEventId the last id that was seen; null for the beginning
     * @param response where there is nothing behind the last event, it says so
     */
    Flux<ServerSentEvent<String>> of(String channel, @Nullable String lastEventId, ServerHttpResponse response) {
        Flux<ServerSentEvent<String>> events = PlainStream.of(
                        cortex.broadcaster().follow(channel, lastEventId))
                .map(ChannelEvents::event)
                .switchIfEmpty(NothingMore.toTell(response));
        return shutdown.guard(events).onErrorComplete(ShuttingDownException.class);
    }

    private static ServerSentEvent<String> event(SseFrame frame) {
        ServerSentEvent.Builder<String> event = ServerSentEvent.builder(frame.data());
        Optional.ofNullable(frame.id()).ifPresent(event::id);
        Optional.ofNullable(frame.event()).ifPresent(event::event);
        return event.build();
    }
}
