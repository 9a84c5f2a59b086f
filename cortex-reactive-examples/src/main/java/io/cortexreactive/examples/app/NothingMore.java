package io.cortexreactive.examples.app;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** Tells those who follow something that is over that there is nothing behind the last event they saw. */
public final class NothingMore {

    private NothingMore() {}

    /**
     * In place of events of which there are none. To a stream that ends, a browser's {@code EventSource} connects again
     * and again; at status 204 it ends, too. Nothing was sent before, so that the status can still be said.
     */
    public static <T> Mono<T> toTell(ServerHttpResponse response) {
        return Mono.fromRunnable(() -> response.setStatusCode(HttpStatus.NO_CONTENT));
    }
}
