package io.cortexreactive.chat;

import io.cortexreactive.chat.ChatEvent.ChatBroadcasting;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.resilience.Cutoff;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Brings answers to channels, and tells of it. */
record Broadcasts(Broadcaster broadcaster, EventPublisher events) {

    /** The whole answer, once all of it is in the channel. */
    Mono<ChatResponse> of(String channel, ChatRequest request, Flux<ChatChunk> chunks, BroadcastOptions options) {
        return Mono.defer(() -> {
            ChatAccumulator answer = new ChatAccumulator();
            Mono<?> left = options.stop(broadcaster.followers(channel));
            Flux<ChatChunk> told = Cutoff.on(
                            begun(channel, request, chunks),
                            ChatCompleted.class::isInstance,
                            left,
                            () -> new BroadcastStoppedException(answer.partialText()))
                    .doOnNext(answer::add);
            return broadcaster
                    .publish(channel, ChunkBatches.of(told, options))
                    .then(Mono.fromSupplier(answer::toResponse));
        });
    }

    /** Tells when the channel is this answer's, before the call begins. */
    private Flux<ChatChunk> begun(String channel, ChatRequest request, Flux<ChatChunk> chunks) {
        return Flux.deferContextual(context -> {
            tell(channel, request, context);
            return chunks;
        });
    }

    private void tell(String channel, ChatRequest request, ContextView context) {
        if (events.wants(ChatBroadcasting.class)) {
            EventScope scope = EventScope.of(context, request.metadata());
            events.publish(new ChatBroadcasting(scope.next(), request, channel));
        }
    }
}
