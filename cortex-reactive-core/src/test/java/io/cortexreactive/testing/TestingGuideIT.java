package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.RateLimitedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** The code of {@code docs/plugins/testing.md}, and the proof that the guide shows this code. */
class TestingGuideIT {

    private static final Path GUIDE = Path.of("../docs/plugins/testing.md");
    private static final Path SOURCE = Path.of("src/test/java/io/cortexreactive/testing/TestingGuideIT.java");
    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SPACES = Pattern.compile("\\s+");

    /** Something an application might have. */
    record Summarizer(Provider provider) {

        Mono<String> summary(String text) {
            return provider.chat(ChatRequest.of("Summarise: " + text)).map(ChatResponse::text);
        }

        Flux<String> live(String text) {
            return provider.stream(ChatRequest.of("Summarise: " + text))
                    .ofType(TextDelta.class)
                    .map(TextDelta::text);
        }
    }

    @Test
    void answers() {
        ScriptedProvider provider = ScriptedProvider.of("A fox jumps.");
        Summarizer summarizer = new Summarizer(provider);

        StepVerifier.create(summarizer.summary("The quick brown fox ..."))
                .expectNext("A fox jumps.")
                .verifyComplete();
        assertThat(provider.requests()).containsExactly(ChatRequest.of("Summarise: The quick brown fox ..."));
    }

    @Test
    void richReply() {
        ScriptedReply reply = ScriptedReply.builder()
                .reasoning("The user wants weather.", "signature")
                .text("Let me look.")
                .toolCall("call-1", "weather", Map.of("city", "Oslo"))
                .usage(Usage.of(120, 35))
                .build();

        StepVerifier.create(ScriptedProvider.of(reply).chat(ChatRequest.of("Weather?")))
                .expectNextMatches(response -> response.stopReason().equals(StopReason.TOOL_USE))
                .verifyComplete();
    }

    @Test
    void script() {
        ScriptedProvider provider = ScriptedProvider.builder()
                .script(call -> ScriptedReply.text(
                        "You sent " + call.request().messages().size() + " message(s)."))
                .build();

        StepVerifier.create(provider.chat(ChatRequest.of("Hello")).map(ChatResponse::text))
                .expectNext("You sent 1 message(s).")
                .verifyComplete();
    }

    @Test
    void virtualTime() {
        ScriptedReply slow = ScriptedReply.builder()
                .chunks("A fox ", "jumps.")
                .chunkDelay(Duration.ofSeconds(20))
                .build();

        StepVerifier.withVirtualTime(() -> new Summarizer(ScriptedProvider.of(slow)).live("..."))
                .expectNext("A fox ")
                .thenAwait(Duration.ofSeconds(20))
                .expectNext("jumps.")
                .verifyComplete();
    }

    @Test
    void faults() {
        ScriptedProvider provider = ScriptedProvider.of(
                ScriptedReply.fail(
                        Fault.status(429, "ThrottlingException", "Slow down").withHeader("retry-after", "2")),
                ScriptedReply.builder()
                        .text("A fox jumps.")
                        .fault(Fault.endAfter(1))
                        .build());
        Summarizer summarizer = new Summarizer(provider);

        StepVerifier.create(summarizer.summary("...")).verifyError(RateLimitedException.class);
        StepVerifier.create(summarizer.summary("...")).verifyError(IncompleteStreamException.class);
    }

    @Test
    void cancel() {
        ScriptedProvider provider = ScriptedProvider.of(
                ScriptedReply.builder().repeat("tick ", 1_000_000).build());

        StepVerifier.create(new Summarizer(provider).live("..."), 0)
                .thenRequest(3)
                .expectNextCount(3)
                .thenCancel()
                .verify();
        assertThat(provider.requested()).isEqualTo(3);
        assertThat(provider.cancelled()).isEqualTo(1);
    }

    @Test
    void server() {
        Mono<String> exchange = Mono.usingWhen(
                SimulatedModelServer.builder().start(),
                server -> {
                    server.enqueue(ScriptedReply.text("Over the wire."));
                    return askOverHttp(server);
                },
                SimulatedModelServer::close);

        StepVerifier.create(exchange)
                .expectNext("Over the wire.")
                .expectComplete()
                .verify(Await.LONG);
    }

    private static Mono<String> askOverHttp(SimulatedModelServer server) {
        return Mono.using(
                () -> SdkPeer.bearing(server.endpoint(), "key"),
                peer -> {
                    SdkPeer.Answer answer = peer.stream("Hello?");
                    return Mono.fromFuture(answer.done())
                            .publishOn(Schedulers.boundedElastic()) // the peer cannot close itself on its own thread
                            .then(Mono.fromSupplier(answer::text));
                },
                SdkPeer::close);
    }

    @Test
    void journal() {
        SimulatedModelServer server = Await.value(SimulatedModelServer.builder().start());
        server.enqueue(ScriptedReply.builder().repeat("tick ", 1_000_000).build());
        SdkPeer peer = SdkPeer.bearing(server.endpoint(), "tenant-a-key");

        CompletableFuture<Void> answer = peer.stream("Hello?").done();
        Mono<CloseReason> closed =
                server.call(1).doOnNext(call -> answer.cancel(true)).flatMap(WireCall::closed);

        StepVerifier.create(closed)
                .expectNext(CloseReason.CLIENT_CLOSED)
                .expectComplete()
                .verify(Duration.ofSeconds(30));
        WireCall call = server.calls().get(0);
        assertThat(call.call().credential()).isEqualTo("tenant-a-key");
        assertThat(call.framesWritten()).isLessThan(1_000_000);
        peer.close();
        Await.completion(server.close());
    }

    @Test
    void guideShowsThisCode() throws IOException {
        String source = normal(Files.readString(SOURCE));
        List<String> snippets = SNIPPET.matcher(Files.readString(GUIDE))
                .results()
                .map(result -> normal(result.group(1)))
                .toList();

        assertThat(snippets).hasSizeGreaterThan(5);
        assertThat(snippets.stream().filter(snippet -> !source.contains(snippet)))
                .as("snippets that are not in this file")
                .isEmpty();
    }

    /** However it is formatted. */
    private static String normal(String code) {
        return SPACES.matcher(code).replaceAll("");
    }
}
