package io.cortexreactive.chat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.plugin.ExtensionPoint;
import reactor.core.publisher.Flux;

/** Changes answers as they stream. One of several is given what the one before it made. */
@FunctionalInterface
public interface ResponseProcessor {

    /** Where plugins add some. */
    ExtensionPoint<ResponseProcessor> POINT = ExtensionPoint.of("response_processors", ResponseProcessor.class);

    /**
     * The answer to give. Called for each call on a bounded scheduler, and has as long as a hook. Chunks come on an
     * event loop, which must not be blocked; demand and cancel are for the caller to hand on, and {@code ChatCompleted}
     * stays the last chunk.
     */
    Flux<ChatChunk> process(ChatRequest request, Flux<ChatChunk> answer);
}
