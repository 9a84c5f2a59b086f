package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TextDelta;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/**
 * What every provider must keep whose streams may share a connection: each has its own demand and cancel. Extend it;
 * the class needs a name that ends in {@code IT}.
 */
public abstract class Http2Contract {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int MANY = 3_000;

    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private final Sinks.Many<Boolean> streams = Sinks.many().replay().all();
    private final Sinks.One<Boolean> firstClosed = Sinks.one();
    private final AtomicLong firstWritten = new AtomicLong();
    private final List<Disposable> paused = new ArrayList<>();
    private final Answer answer;
    private @Nullable DisposableServer server;
    private @Nullable Provider provider;

    /** @param answer what the service streams */
    protected Http2Contract(Answer answer) {
        this.answer = answer;
    }

    /** A provider with a key and a default model. */
    protected abstract Provider start(URI endpoint, HttpVersion version, UnaryOperator<HttpClient> client);

    /** An answer as it comes over the wire: the opening, then the text {@code 0123456789} many times, then the end. */
    @SuppressWarnings("ArrayRecordComponent") // sent, never compared
    public record Answer(String contentType, byte[] opening, byte[] text, byte[] end) {

        /** Server-sent events. */
        public static Answer events(String opening, String text, String end) {
            return new Answer("text/event-stream", bytes(opening), bytes(text), bytes(end));
        }

        private static byte[] bytes(String events) {
            return events.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        }

        ByteBuf part(int number) {
            if (number == MANY) {
                return Unpooled.wrappedBuffer(end);
            }
            return number == 0 ? Unpooled.wrappedBuffer(opening, text) : Unpooled.wrappedBuffer(text);
        }
    }

    private void start(HttpVersion version, HttpProtocol... spoken) {
        boolean two = spoken.length > 1;
        GenericSslContextSpec<?> tls = two
                ? Http2SslContextSpec.forServer(Certificates.SERVER.keys())
                : Http11SslContextSpec.forServer(Certificates.SERVER.keys());
        DisposableServer started = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .protocol(spoken)
                .secure(spec -> spec.sslContext(tls))
                .handle(this::respond)
                .bindNow(LONG);
        server = started;
        provider = start(
                URI.create("https://127.0.0.1:" + started.port()),
                version,
                version == HttpVersion.HTTP_2 ? Certificates::trustAuthorityOverHttp2 : Certificates::trustAuthority);
    }

    @AfterEach
    final void stop() {
        paused.forEach(Disposable::dispose);
        if (provider != null) {
            provider.close().block(LONG);
        }
        if (server != null) {
            server.disposeNow(LONG);
        }
    }

    private Publisher<Void> respond(HttpServerRequest request, HttpServerResponse response) {
        boolean[] first = new boolean[1];
        request.withConnection(connection -> {
            Channel channel = connection.channel();
            boolean stream = channel instanceof Http2StreamChannel;
            first[0] = connections.isEmpty();
            connections.add(stream ? channel.parent() : channel);
            streams.tryEmitNext(stream);
            if (first[0]) {
                connection.onDispose(() -> firstClosed.tryEmitValue(true));
            }
        });
        Flux<ByteBuf> frames = Flux.range(0, MANY + 1)
                .doOnNext(number -> firstWritten.addAndGet(first[0] ? 1 : 0))
                .map(answer::part);
        return request.receive()
                .then()
                .thenMany(response.header("content-type", answer.contentType()).send(frames, bytes -> true));
    }

    private Flux<ChatChunk> stream() {
        return Objects.requireNonNull(provider).stream(ChatRequest.of("Hello?"));
    }

    /** Takes a chunk, and then no more. */
    private Pausing pause() {
        Pausing one = new Pausing();
        paused.add(one);
        stream().subscribe(one);
        one.request(1);
        one.taken.asMono().block(LONG);
        return one;
    }

    private List<ChatChunk> whole() {
        return Objects.requireNonNull(stream().collectList().block(LONG));
    }

    private static final class Pausing extends BaseSubscriber<ChatChunk> {

        private final Sinks.One<Boolean> taken = Sinks.one();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(ChatChunk chunk) {
            taken.tryEmitValue(true);
        }
    }

    private void assertWhole(List<ChatChunk> answer) {
        assertThat(answer)
                .filteredOn(TextDelta.class::isInstance)
                .hasSize(MANY)
                .containsOnly(new TextDelta(0, "0123456789"));
        assertThat(answer).last().isInstanceOf(ChatCompleted.class);
    }

    private List<Boolean> seen(int count) {
        return Objects.requireNonNull(streams.asFlux().take(count).collectList().block(LONG));
    }

    @Test
    public void callsShareAConnection() {
        start(HttpVersion.HTTP_2, HttpProtocol.H2, HttpProtocol.HTTP11);
        pause();
        pause();
        assertWhole(whole());

        assertThat(seen(3)).containsOnly(true);
        assertThat(connections).hasSize(1);
    }

    @Test
    public void serverThatDoesNotKnowItIsCalledAsBefore() {
        start(HttpVersion.HTTP_2, HttpProtocol.HTTP11);
        pause();
        assertWhole(whole());

        assertThat(seen(2)).containsOnly(false);
        assertThat(connections).hasSize(2);
    }

    @Test
    public void serverThatOffersItIsCalledWithoutItByDefault() {
        start(HttpVersion.HTTP_1_1, HttpProtocol.H2, HttpProtocol.HTTP11);
        assertWhole(whole());

        assertThat(seen(1)).containsOnly(false);
    }

    @Test
    public void consumersThatPauseHoldUpNobody() {
        start(HttpVersion.HTTP_2, HttpProtocol.H2, HttpProtocol.HTTP11);
        for (int i = 0; i < 60; i++) {
            pause();
        }
        List<List<ChatChunk>> others = Objects.requireNonNull(Flux.range(0, 5)
                .flatMap(i -> stream().collectList())
                .collectList()
                .block(LONG));

        assertThat(others).hasSize(5).allSatisfy(this::assertWhole);
        assertThat(connections).hasSizeLessThan(10);
    }

    @Test
    public void demandReachesTheServer() {
        start(HttpVersion.HTTP_2, HttpProtocol.H2, HttpProtocol.HTTP11);
        Pausing slow = pause();
        assertWhole(whole());
        long ahead = firstWritten.get();
        assertThat(ahead).isLessThan(MANY / 2);

        slow.request(Long.MAX_VALUE);
        firstClosed.asMono().block(LONG);
        assertThat(firstWritten).hasValue(MANY + 1L);
    }

    @Test
    public void cancelEndsTheStreamAndKeepsTheConnection() {
        start(HttpVersion.HTTP_2, HttpProtocol.H2, HttpProtocol.HTTP11);
        Pausing first = pause();
        Pausing second = pause();
        first.cancel();
        firstClosed.asMono().block(LONG);
        assertThat(firstWritten.get()).isLessThan(MANY / 2);
        assertWhole(whole());

        assertThat(second.isDisposed()).isFalse();
        assertThat(connections).hasSize(1).allMatch(Channel::isActive);
    }
}
