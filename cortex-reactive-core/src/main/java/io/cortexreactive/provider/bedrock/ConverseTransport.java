package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import reactor.core.publisher.Flux;

/** Carries out one ConverseStream call, in time, with errors of this library. */
interface ConverseTransport {

    /** The answer to one request, for one subscription. */
    Flux<ChatChunk> stream(ConverseCall call, ChatRequest request);
}
