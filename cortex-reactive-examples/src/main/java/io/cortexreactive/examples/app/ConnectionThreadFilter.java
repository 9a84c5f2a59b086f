package io.cortexreactive.examples.app;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Hands streamed responses over to the thread of their connection, one piece at a time. A caller who leaves cancels on
 * that thread; were the next piece encoded on another one at that moment, its buffer could be dropped without being
 * released.
 */
@Component
final class ConnectionThreadFilter implements WebFilter {

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Scheduler thread = threadOf(exchange.getRequest());
        return chain.filter(exchange.mutate()
                .response(new OnThread(exchange.getResponse(), thread))
                .build());
    }

    private static Scheduler threadOf(ServerHttpRequest request) {
        HttpServerRequest nativeRequest = ServerHttpRequestDecorator.getNativeRequest(request);
        AtomicReference<Scheduler> thread = new AtomicReference<>(Schedulers.immediate());
        nativeRequest.withConnection(connection ->
                thread.set(Schedulers.fromExecutor(connection.channel().eventLoop())));
        return Objects.requireNonNull(thread.get());
    }

    private static final class OnThread extends ServerHttpResponseDecorator {

        private final Scheduler thread;

        OnThread(ServerHttpResponse response, Scheduler thread) {
            super(response);
            this.thread = thread;
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            return super.writeAndFlushWith(
                    Flux.<Publisher<? extends DataBuffer>>from(body).publishOn(thread, 1));
        }
    }
}
