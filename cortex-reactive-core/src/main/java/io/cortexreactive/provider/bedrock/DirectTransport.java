package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.StreamTimeouts;
import io.cortexreactive.provider.wire.HttpCall;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reactor Netty carries the request, our decoder reads the frames. */
final class DirectTransport implements ConverseCall.Transport {

    private final BedrockSettings settings;
    private final BedrockClients clients;
    private final ServiceErrors errors;

    DirectTransport(BedrockSettings settings, BedrockClients clients, ServiceErrors errors) {
        this.settings = settings;
        this.clients = clients;
        this.errors = errors;
    }

    @Override
    public Flux<ChatChunk> stream(ConverseCall converse, ChatRequest request) {
        DirectCall call = new DirectCall(settings.id(), converse.model(), request, errors);
        Flux<ChatChunk> chunks = sign(converse)
                .doOnNext(call::sent)
                .flatMapMany(http -> clients.connections().exchange(http, call));
        return StreamTimeouts.apply(
                        clients.connections().untilClosed(chunks, call),
                        settings.timeouts(),
                        call.received(),
                        call::failure)
                .onErrorResume(call::failed);
    }

    private Mono<HttpCall> sign(ConverseCall converse) {
        return settings.caller()
                .flatMap(caller -> clients.signer(settings.region(), settings.endpoint())
                        .map(signer -> signer.sign(converse.stream(caller.pin()), caller)));
    }
}
