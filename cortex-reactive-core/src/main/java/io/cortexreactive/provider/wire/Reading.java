package io.cortexreactive.provider.wire;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Has the response to one call read. Made for each subscription. */
final class Reading<T> {

    private final ResponseReader<T> reader;
    private final CallSecrets secrets;
    private @Nullable BodyDecoder<T> decoder;

    Reading(ResponseReader<T> reader, CallSecrets secrets) {
        this.reader = reader;
        this.secrets = secrets;
    }

    /** Deferred, because Reactor Netty frees the connection only after a publisher that it was given. */
    Flux<T> receive(HttpClientResponse response, ByteBufFlux body) {
        ResponseHead head = new ResponseHead(response.status().code(), response.responseHeaders(), secrets);
        return Flux.defer(() -> head.isSuccess() ? answer(head, body) : refusal(head, body));
    }

    private Flux<T> answer(ResponseHead head, ByteBufFlux body) {
        BodyDecoder<T> made = reader.decoder(head);
        decoder = made;
        return DecodedBody.of(body, made);
    }

    private Flux<T> refusal(ResponseHead head, ByteBufFlux body) {
        return DecodedBody.of(body.takeUntilOther(Mono.delay(HttpConnections.REFUSAL_PATIENCE)), WholeBody.refusal())
                .next()
                .flatMapMany(
                        beginning -> Flux.error(reader.refused(head, secrets.mask(beginning, 0, beginning.length))));
    }

    boolean isComplete() {
        BodyDecoder<T> known = decoder;
        return known != null && known.isComplete();
    }
}
