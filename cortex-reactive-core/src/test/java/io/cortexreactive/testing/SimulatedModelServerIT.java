package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ChannelBindException;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.test.StepVerifier;

/** The server as a plain HTTP client meets it. */
class SimulatedModelServerIT {

    private static final String QUESTION = "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"Hello?\"}]}]}";
    private static final String STREAM = "/model/m/converse-stream";
    private static final Duration QUIET = Duration.ofMillis(200);

    private SimulatedModelServer server;
    private ConnectionProvider connections;

    @BeforeEach
    void start() {
        server = Await.value(SimulatedModelServer.builder().start());
        connections = ConnectionProvider.create("peer", 2_000);
    }

    @AfterEach
    void stop() {
        connections.disposeLater().block(Await.LONG);
        Await.completion(server.close());
    }

    private HttpClient.ResponseReceiver<?> post(String path) {
        return post(path, "Bearer key", QUESTION);
    }

    private HttpClient.ResponseReceiver<?> post(String path, String authorization, String body) {
        return post(connections, path, authorization, body);
    }

    private HttpClient.ResponseReceiver<?> post(
            ConnectionProvider pool, String path, String authorization, String body) {
        return HttpClient.create(pool)
                .baseUrl(server.endpoint().toString())
                .headers(headers -> headers.set("Authorization", authorization).set("Content-Type", "application/json"))
                .post()
                .uri(path)
                .send(Mono.fromSupplier(() -> Unpooled.copiedBuffer(body, StandardCharsets.UTF_8)));
    }

    /** The response's length, read as fast as it comes. */
    private Mono<Long> length(String path) {
        return post(path)
                .responseContent()
                .map(bytes -> (long) bytes.readableBytes())
                .reduce(0L, Long::sum);
    }

    private Reply reply(HttpClient.ResponseReceiver<?> call) {
        return Await.value(call.responseSingle(
                (response, body) -> body.asString().defaultIfEmpty("").map(text -> new Reply(response, text))));
    }

    @Test
    void clientThatTakesNothingStopsTheProduction() throws InterruptedException {
        server.enqueue(ScriptedReply.builder().repeat("tick ", 100_000).build());
        Taker taker = new Taker();
        post(STREAM).responseContent().subscribe(taker);
        WireCall call = Await.value(server.call(1));

        long waitingAt = Await.value(call.waiting(QUIET));

        assertThat(waitingAt).isPositive().isLessThan(60_000).isEqualTo(call.framesWritten());

        taker.request(Long.MAX_VALUE);
        assertThat(taker.done.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Await.value(call.closed())).isEqualTo(CloseReason.COMPLETED);
        assertThat(call.framesWritten()).isEqualTo(100_004);
    }

    @Test
    void waitingIsEmptyWhenTheCallEndsFirst() {
        server.enqueue(ScriptedReply.text("short"));

        StepVerifier.create(length(STREAM).then(server.call(1)).flatMap(call -> call.waiting(Duration.ofHours(1))))
                .expectComplete()
                .verify(Await.LONG);
    }

    @Test
    void clientThatLeavesStopsTheProduction() {
        server.enqueue(ScriptedReply.builder().repeat("tick ", 1_000_000).build());

        post(STREAM).responseContent().take(3).blockLast(Await.LONG);
        WireCall call = Await.value(server.call(1));

        assertThat(Await.value(call.closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
        assertThat(call.framesWritten()).isLessThan(100_000);
    }

    @Test
    void clientThatLeavesWhileTheServerWaitsIsSeen() {
        server.enqueue(ScriptedReply.builder().repeat("tick ", 1_000_000).build());
        Taker taker = new Taker();
        post(STREAM).responseContent().subscribe(taker);
        WireCall call = Await.value(server.call(1));
        long waitingAt = Await.value(call.waiting(QUIET));

        taker.cancel();

        assertThat(Await.value(call.closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
        assertThat(call.framesWritten()).isEqualTo(waitingAt);
    }

    @Test
    void clientThatLeavesDuringTheFirstDelayIsSeen() {
        server.enqueue(ScriptedReply.builder()
                .text("too late")
                .firstDelay(Duration.ofHours(1))
                .build());
        Taker taker = new Taker();
        post(STREAM).responseContent().subscribe(taker);
        WireCall call = Await.value(server.call(1));

        taker.cancel();

        assertThat(Await.value(call.closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
        assertThat(call.framesWritten()).isZero();
    }

    @Test
    void connectionServesOneCallAfterTheOther() {
        server.enqueue(ScriptedReply.text("one"), ScriptedReply.text("two"), ScriptedReply.text("three"));
        ConnectionProvider single = ConnectionProvider.create("single", 1);

        Flux<Reply> replies = Flux.range(0, 3)
                .concatMap(
                        i -> Mono.fromCallable(() -> reply(post(single, "/model/m/converse", "Bearer key", QUESTION)))
                                .subscribeOn(Schedulers.boundedElastic()));

        assertThat(Await.value(replies.collectList())).hasSize(3);
        single.disposeLater().block(Await.LONG);
        assertThat(Await.value(Flux.fromIterable(server.calls())
                        .flatMapSequential(WireCall::closed)
                        .collectList()))
                .containsOnly(CloseReason.COMPLETED);
    }

    @Test
    void thousandPacedStreamsNeedNoThreadEach() {
        int streams = 1_000;
        ScriptedReply reply = ScriptedReply.builder()
                .repeat("tick ", 5)
                .chunkDelay(Duration.ofMillis(200))
                .build();
        server.enqueue(Collections.nCopies(streams, reply).toArray(ScriptedReply[]::new));

        Mono<List<Long>> all =
                Flux.range(0, streams).flatMap(i -> length(STREAM), streams).collectList();
        Mono<Integer> threadsInTheMiddle = server.call(streams)
                .publishOn(Schedulers.parallel())
                .map(call -> ManagementFactory.getThreadMXBean().getThreadCount());
        int threads = Await.value(all.zipWith(threadsInTheMiddle, (lengths, count) -> {
            assertThat(lengths).hasSize(streams).allMatch(length -> length > 5 * 100);
            return count;
        }));

        assertThat(threads).isLessThan(100);
        assertThat(server.calls()).hasSize(streams).allMatch(call -> call.framesWritten() == 9);
    }

    @Test
    void journalShowsTheRequestAsItCame() {
        server.enqueue(ScriptedReply.text("hi"));
        Await.value(length("/model/a%3Ab/converse-stream"));

        WireCall call = server.calls().get(0);
        assertThat(call.path()).isEqualTo("/model/a%3Ab/converse-stream");
        assertThat(call.body()).isEqualTo(QUESTION);
        assertThat(call.headers()).containsEntry("AUTHORIZATION", "Bearer key");
        assertThat(call.status()).isEqualTo(200);
        assertThat(call.call().model()).isEqualTo("a:b");
        assertThat(call.call().streaming()).isTrue();
        assertThat(call.call().credential()).isEqualTo("key");
    }

    @Test
    void callCompletesWhenItArrives() {
        server.enqueue(ScriptedReply.text("one"), ScriptedReply.text("two"));

        StepVerifier.create(server.call(2).map(WireCall::number))
                .then(() -> Await.value(length(STREAM).then(length(STREAM))))
                .expectNext(2)
                .expectComplete()
                .verify(Await.LONG);
    }

    @Test
    void keysDoNotShowInPrintedCalls() {
        server.enqueue(ScriptedReply.text("hi"));
        Await.value(length(STREAM));

        assertThat(server.calls().get(0).call().toString()).doesNotContain("key");
    }

    @Test
    void missingCredentialIsForbidden() {
        Reply reply = reply(post(STREAM, "", QUESTION));

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.header("x-amzn-ErrorType")).isEqualTo("MissingAuthenticationTokenException");
        assertThat(reply.body()).isEqualTo("{\"message\":\"Missing Authentication Token\"}");
        assertThat(server.calls().get(0).status()).isEqualTo(403);
    }

    @Test
    void requestThatBedrockRefusesUsesUpNoReply() {
        server.enqueue(ScriptedReply.text("hi"));

        Reply refused = reply(post(STREAM, "Bearer key", "{\"messages\":[]}"));
        Reply served = reply(post("/model/m/converse"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.header("x-amzn-ErrorType")).isEqualTo("ValidationException");
        assertThat(served.body()).contains("hi");
    }

    @Test
    void requestIdsDiffer() {
        server.enqueue(ScriptedReply.text("one"), ScriptedReply.text("two"));

        String one = reply(post("/model/m/converse")).header("x-amzn-RequestId");
        String two = reply(post("/model/m/converse")).header("x-amzn-RequestId");

        assertThat(one).hasSize(36).isNotEqualTo(two);
    }

    @Test
    void unscriptedCallSaysWhatToDo() {
        Reply reply = reply(post(STREAM));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("No reply is scripted for call 1. Enqueue one more");
    }

    @Test
    void unknownOperationIsNotFound() {
        assertThat(reply(post("/model/m/invoke")).status()).isEqualTo(404);
        assertThat(server.calls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"converse", "converse-stream"})
    void failingScriptIsAnInternalError(String operation) {
        SimulatedModelServer broken = Await.value(SimulatedModelServer.builder()
                .script(call -> {
                    throw new IllegalStateException("broken script");
                })
                .start());
        Reply reply = reply(HttpClient.create(connections)
                .headers(headers -> headers.set("Authorization", "Bearer key"))
                .post()
                .uri(broken.endpoint() + "/model/m/" + operation)
                .send(Mono.fromSupplier(() -> Unpooled.copiedBuffer(QUESTION, StandardCharsets.UTF_8))));
        Await.completion(broken.close());

        assertThat(reply.status()).isEqualTo(500);
        assertThat(reply.body()).contains("broken script");
    }

    @Test
    void takenPortFailsTheStart() {
        int taken = server.endpoint().getPort();

        StepVerifier.create(SimulatedModelServer.builder().port(taken).start())
                .expectErrorMatches(error -> error instanceof ChannelBindException)
                .verify(Await.LONG);
    }

    @Test
    void closeEndsCallsUnderWayAndFreesThePort() {
        server.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));
        Mono<Reply> open = Mono.fromCallable(() -> reply(post(STREAM))).subscribeOn(Schedulers.boundedElastic());

        StepVerifier.create(open)
                .then(() -> Await.value(server.call(1)))
                .then(() -> Await.completion(server.close()))
                .expectError()
                .verify(Await.LONG);
        assertThatThrownBy(() -> reply(post(STREAM))).hasCauseInstanceOf(ConnectException.class);
    }

    @Test
    void closingTwiceIsFine() {
        Await.completion(server.close());
        Await.completion(server.close());
    }

    private record Reply(HttpClientResponse response, String text) {

        int status() {
            return response.status().code();
        }

        String header(String name) {
            return String.valueOf(response.responseHeaders().get(name));
        }

        String body() {
            return text;
        }
    }

    /** Takes one buffer, then only what the test asks for. */
    private static final class Taker extends BaseSubscriber<ByteBuf> {

        private final CountDownLatch done = new CountDownLatch(1);

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookFinally(SignalType type) {
            done.countDown();
        }
    }
}
