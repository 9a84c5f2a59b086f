package io.cortexreactive.provider.wire;

import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.ProviderClosedException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.resilience.Relay;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.function.UnaryOperator;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.Http2AllocationStrategy;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/**
 * The connections of one provider and all its views, on Reactor Netty's event loops. Follows no redirect, asks for no
 * compression, repeats nothing.
 */
public final class HttpConnections {

    private static final int PENDING_PER_CONNECTION = 5;

    private static final HttpProtocol[] HTTP_1_1 = {HttpProtocol.HTTP11};
    private static final HttpProtocol[] NEGOTIATED = {HttpProtocol.H2, HttpProtocol.HTTP11};

    /**
     * Below the keep-alive of the common servers, so that a request seldom meets a connection that they just closed.
     */
    private static final Duration MAX_IDLE = Duration.ofSeconds(4);

    /**
     * Fixed, because the system would let it grow to megabytes for a stream, and so hide from the service that nobody
     * reads.
     */
    public static final int RECEIVE_BUFFER_BYTES = 256 * 1024;

    /** A refusal is known by its head, so a body that does not end must not hide it. */
    public static final Duration REFUSAL_PATIENCE = Duration.ofSeconds(1);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final ConnectionProvider pool;
    private final HttpClient client;

    /** All there are. The pool forgets those in use when it is closed. */
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

    private volatile boolean closed;

    private HttpConnections(ConnectionProvider pool, HttpClient client) {
        this.pool = pool;
        this.client = client.doOnChannelInit((observer, channel, address) -> channels.add(channel));
    }

    /**
     * Speaks HTTP/1.1. Opens nothing yet. Blocks while the first of a process loads TLS.
     *
     * @param name of the pool, for its metrics
     * @param maxConnections the most calls at a time to one address; five times as many may wait for one, for
     *     {@code timeouts.connect()} at most
     * @param custom a proxy, TLS and what else the application wants
     */
    public static HttpConnections create(
            String name, int maxConnections, ProviderTimeouts timeouts, UnaryOperator<HttpClient> custom) {
        return create(name, maxConnections, timeouts, HttpVersion.HTTP_1_1, custom);
    }

    /**
     * The same with another version. With {@link HttpVersion#HTTP_2} up to 100 calls share a connection, and a cancel
     * resets the stream of the call.
     */
    public static HttpConnections create(
            String name,
            int maxConnections,
            ProviderTimeouts timeouts,
            HttpVersion version,
            UnaryOperator<HttpClient> custom) {
        ConnectionProvider pool = ConnectionProvider.builder(name)
                .maxConnections(maxConnections)
                .pendingAcquireMaxCount(Math.multiplyExact(maxConnections, PENDING_PER_CONNECTION))
                .pendingAcquireTimeout(timeouts.connect())
                .maxIdleTime(MAX_IDLE)
                .allocationStrategy(Http2AllocationStrategy.builder()
                        .maxConnections(maxConnections)
                        .maxConcurrentStreams(SharedWindow.MAX_STREAMS)
                        .build())
                .lifo()
                .build();
        return new HttpConnections(pool, custom.apply(client(pool, timeouts, version)));
    }

    private static HttpClient client(ConnectionProvider pool, ProviderTimeouts timeouts, HttpVersion version) {
        boolean two = version == HttpVersion.HTTP_2;
        GenericSslContextSpec<?> tls = two ? Http2SslContextSpec.forClient() : Http11SslContextSpec.forClient();
        return HttpClient.create(pool)
                .protocol(two ? NEGOTIATED : HTTP_1_1)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis(timeouts.connect()))
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .secure(spec -> spec.sslContext(tls).handshakeTimeout(timeouts.connect()))
                .doOnRequest((request, connection) -> prepare(connection))
                .disableRetry(true);
    }

    private static void prepare(Connection connection) {
        connection.addHandlerLast(new ResponseStart());
        SharedWindow.widen(connection.channel());
    }

    private static int millis(Duration duration) {
        return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
    }

    /**
     * Makes a call and decodes its body as it comes. Cold; each subscription is a call. Demand reaches the socket; a
     * cancel closes the connection, before the response as after. Completes when the decoder is complete, at the latest
     * a moment after, and the connection serves the next call if the body then ends. Elements come on an event loop.
     * Errors are those of the reader and, as they are, those of the network: see {@link TransportErrors}.
     */
    public <T> Flux<T> exchange(HttpCall call, ResponseReader<T> reader) {
        return Flux.defer(() -> {
            Reading<T> reading = new Reading<>(reader, call.secrets());
            return PromptEnd.of(sender(call).response(reading::receive), reading::isComplete);
        });
    }

    private HttpClient.ResponseReceiver<?> sender(HttpCall call) {
        HttpClient ready = client.headers(headers -> {
            call.headers().forEach(headers::set);
            headers.set(HttpHeaderNames.CONTENT_LENGTH, call.body().length);
        });
        return ready.request(HttpMethod.valueOf(call.method()))
                .uri(call.uri())
                .send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(call.body())));
    }

    /**
     * The answer to a call made here, which fails with {@link ProviderClosedException} when these connections are being
     * closed, after what has come of it; at once if they have been. Errors that the closing cannot have caused stay.
     */
    public <T> Flux<T> untilClosed(Flux<T> answer, CallState call) {
        return Flux.defer(() -> closed
                ? Flux.error(new ProviderClosedException(call.failure(), "", false, null))
                : Relay.on(answer, actual -> new UntilClosed<>(actual, call)));
    }

    /** Tells what the closing has caused. */
    private final class UntilClosed<T> extends Relay<T> {

        private final CallState call;

        UntilClosed(CoreSubscriber<? super T> actual, CallState call) {
            super(actual);
            this.call = call;
        }

        @Override
        public void onNext(T element) {
            actual.onNext(element);
        }

        @Override
        protected Throwable failed(Throwable error) {
            return closed ? TransportErrors.afterClose(error, call) : error;
        }
    }

    /** Closes all connections, those in use too. Idempotent; cold. */
    public Mono<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            return closeChannels().then(pool.disposeLater()).timeout(CLOSE_PATIENCE, Mono.empty());
        });
    }

    private Mono<Void> closeChannels() {
        return Mono.create(sink -> channels.close().addListener(done -> sink.success()));
    }
}
