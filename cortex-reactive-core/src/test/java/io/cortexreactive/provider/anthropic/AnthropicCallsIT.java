package io.cortexreactive.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.error.Secret;
import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.StreamStalledException;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedCall;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;
import reactor.test.StepVerifier;

/** What goes over the wire besides plain streams. */
class AnthropicCallsIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final ToolDefinition WEATHER =
            new ToolDefinition("weather", "Weather", Schema.object().property("city", Schema.string()));

    private SimulatedModelServer server;
    private AnthropicProvider provider;

    @BeforeEach
    void start() {
        server = value(SimulatedModelServer.builder().start());
        provider =
                builder(server.endpoint()).apiKey(Secret.of("key-of-the-test")).build();
    }

    @AfterEach
    void stop() {
        provider.close().block(LONG);
        server.close().block(LONG);
    }

    private static AnthropicProvider.Builder builder(URI endpoint) {
        return AnthropicProvider.builder()
                .baseUrl(endpoint)
                .model("claude-simulated-1")
                .header("x-team", "reactive");
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG));
    }

    private ScriptedCall call(int number) {
        return value(server.call(number)).call();
    }

    @Test
    void requestArrivesAsItWasMeant() {
        server.enqueue(ScriptedReply.text("Fine."));
        ChatRequest request = ChatRequest.builder()
                .model("another")
                .system("Be brief.")
                .messages(
                        Message.user(
                                new TextContent("Look:"),
                                ImageContent.of("image/png", new byte[] {1, 2, 3}),
                                DocumentContent.of("a.pdf", "application/pdf", new byte[] {4, 5}),
                                CachePoint.create()),
                        Message.assistant(
                                new ReasoningContent("Hm.", "proof", false),
                                new ReasoningContent("c2VjcmV0", null, true),
                                new TextContent("I see."),
                                ToolCall.of("a", "weather", Map.of("city", "Oslo", "days", 3))),
                        Message.user(new ToolResultContent("a", "cold", true)))
                .tool(WEATHER)
                .responseSchema(Schema.object().property("a", Schema.string()))
                .options(ChatOptions.builder()
                        .temperature(0.5)
                        .maxTokens(100)
                        .topK(40)
                        .stopSequences("END")
                        .toolChoice(ToolChoice.any())
                        .providerOption("metadata", Map.of("user_id", "u1"))
                        .build())
                .build();
        assertThat(value(provider.chat(request)).text()).isEqualTo("Fine.");
        ChatRequest arrived = call(1).request();

        assertThat(call(1).model()).isEqualTo("another");
        assertThat(call(1).streaming()).isTrue();
        assertThat(call(1).credential()).isEqualTo("key-of-the-test");
        assertThat(arrived.system()).isEqualTo("Be brief.");
        assertThat(arrived.messages()).isEqualTo(request.messages());
        assertThat(arrived.tools()).isEqualTo(request.tools());
        assertThat(arrived.responseSchema()).isEqualTo(request.responseSchema());
        assertThat(arrived.options().temperature()).isEqualTo(0.5);
        assertThat(arrived.options().maxTokens()).isEqualTo(100);
        assertThat(arrived.options().topK()).isEqualTo(40);
        assertThat(arrived.options().stopSequences()).containsExactly("END");
        assertThat(arrived.options().toolChoice()).isEqualTo(ToolChoice.any());
        assertThat(arrived.options().providerOptions()).containsEntry("metadata", Map.of("user_id", "u1"));
    }

    /** The service refuses a round of tools whose thinking has changed. */
    @Test
    void thinkingIsReplayedOverARoundOfTools() {
        server.enqueue(
                ScriptedReply.builder()
                        .reasoning("Two steps.", "EqQBproof==")
                        .redactedReasoning(new byte[] {1, 2, 3, 4})
                        .text("Let me look.")
                        .toolCall("toolu_1", "weather", Map.of("city", "Oslo"))
                        .build(),
                ScriptedReply.text("It is cold."));
        ChatRequest first = ChatRequest.builder().user("Weather?").tool(WEATHER).build();
        ChatResponse asked = value(provider.chat(first));
        ChatRequest second = first.toBuilder()
                .message(asked.message())
                .message(Message.toolResult("toolu_1", "cold", false))
                .build();

        assertThat(asked.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(value(provider.chat(second)).text()).isEqualTo("It is cold.");
        assertThat(call(2).request().messages().get(1).content())
                .isEqualTo(asked.message().content())
                .startsWith(
                        new ReasoningContent("Two steps.", "EqQBproof==", false),
                        new ReasoningContent("AQIDBA==", null, true));
    }

    @Test
    void headersOfTheApplicationAndBetasAreSent() {
        AnthropicProvider early = builder(server.endpoint())
                .apiKey(Secret.of("key"))
                .beta("files-api-2025-04-14")
                .build();
        server.enqueue(ScriptedReply.text("Fine."));
        ChatOptions options = ChatOptions.builder()
                .providerOption("betas", "context-1m-2025-08-07")
                .build();
        value(early.chat(ChatRequest.builder().user("Hello?").options(options).build()));

        assertThat(value(server.call(1)).headers())
                .containsEntry("x-team", "reactive")
                .containsEntry("accept", "text/event-stream")
                .containsEntry("anthropic-version", "2023-06-01")
                .containsEntry("anthropic-beta", "files-api-2025-04-14,context-1m-2025-08-07");
        early.close().block(LONG);
    }

    @Test
    void completionCarriesRequestIdAndRateLimits() {
        server.enqueue(ScriptedReply.builder()
                .text("Fine.")
                .model("claude-simulated-1-2026")
                .build());
        ChatResponse answer = value(provider.chat(ChatRequest.of("Hello?")));

        assertThat(answer.model()).isEqualTo("claude-simulated-1-2026");
        assertThat(answer.metadata())
                .containsKeys("requestId", "messageId")
                .containsEntry("serviceTier", "standard")
                .containsEntry("anthropic-ratelimit-requests-remaining", "9999");
    }

    @Test
    void keyIsNotSentToAnAddressItWasNotGivenFor() {
        SimulatedModelServer other =
                value(SimulatedModelServer.builder().keyless().start());
        other.enqueue(ScriptedReply.text("Fine."));
        AnthropicProvider view = provider.withConfig(new ProviderConfig(null, null, other.endpoint(), null, Map.of()));

        assertThat(value(view.chat(ChatRequest.of("Hello?"))).text()).isEqualTo("Fine.");
        assertThat(value(other.call(1)).headers()).doesNotContainKey("x-api-key");
        other.close().block(LONG);
    }

    @Test
    void tokensAreCountedByTheService() {
        ChatRequest request = ChatRequest.builder()
                .user("How many tokens is this?")
                .tool(WEATHER)
                .options(ChatOptions.builder().temperature(0.5).maxTokens(5).build())
                .build();

        assertThat(value(provider.countTokens(request))).isEqualTo(TokenEstimate.of(request));
        assertThat(value(server.call(1)).path()).isEqualTo("/v1/messages/count_tokens");
    }

    @Test
    void modelsAreThoseOfTheService() {
        assertThat(value(provider.models().collectList()))
                .containsExactly(
                        new Model("claude-simulated-1", "Simulated", 200_000, 64_000, null, ModelCatalog.CLAUDE));
    }

    @Test
    void modelsComePageByPageWithWhatIsKnownOfThem() {
        server.enqueue(
                page("{\"data\":[{\"id\":\"claude-haiku-4-5-20251001\",\"display_name\":\"Haiku\"}],"
                        + "\"has_more\":true}"),
                page("{\"data\":[{\"id\":\"claude-next\",\"max_input_tokens\":5,\"max_tokens\":3}],"
                        + "\"has_more\":false}"));
        Model haiku = ModelCatalog.of(List.of()).find("claude-haiku-4-5").orElseThrow();

        assertThat(value(provider.models().collectList()))
                .containsExactly(
                        new Model(
                                "claude-haiku-4-5-20251001",
                                "Haiku",
                                200_000,
                                64_000,
                                haiku.prices(),
                                ModelCatalog.CLAUDE),
                        new Model("claude-next", "claude-next", 5, 3, null, ModelCatalog.CLAUDE));
        assertThat(value(server.call(2)).path()).isEqualTo("/v1/models?limit=1000&after_id=claude-haiku-4-5-20251001");
    }

    @Test
    void pageThatNobodyWantsIsNotAskedFor() {
        server.enqueue(page("{\"data\":[{\"id\":\"a\"}],\"has_more\":true}"));

        assertThat(value(provider.models().next()).id()).isEqualTo("a");
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void pageThatComesAgainIsTheLast() {
        String page = "{\"data\":[{\"id\":\"a\"}],\"has_more\":true}";
        server.enqueue(page(page), page(page));

        assertThat(value(provider.models().map(Model::id).collectList())).containsExactly("a", "a");
    }

    @Test
    void pagesThatNeverEndAreCutOff() {
        for (int i = 0; i <= ModelList.MAX_PAGES; i++) {
            server.enqueue(page("{\"data\":[{\"id\":\"" + i + "\"}],\"has_more\":true}"));
        }

        StepVerifier.create(provider.models())
                .expectNextCount(ModelList.MAX_PAGES)
                .expectError(LimitExceededException.class)
                .verify(LONG);
    }

    private static ScriptedReply page(String body) {
        return ScriptedReply.fail(Fault.garbageBody(200, "application/json", body));
    }

    @Test
    void requestWithoutModelIsRefused() {
        AnthropicProvider bare =
                AnthropicProvider.builder().baseUrl(server.endpoint()).build();

        StepVerifier.create(bare.stream(ChatRequest.of("Hello?")))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("AnthropicProvider.builder().model"))
                .verify(LONG);
        assertThat(server.calls()).isEmpty();
        bare.close().block(LONG);
    }

    /** A server that answers every call the same way, and a call to it. */
    private static Mono<Throwable> failure(ProviderTimeouts timeouts, Answer answer) {
        DisposableServer raw = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) -> answer.to(response))
                .bindNow(LONG);
        AnthropicProvider provider = builder(URI.create("http://127.0.0.1:" + raw.port()))
                .timeouts(timeouts)
                .build();
        Flux<ChatChunk> stream = provider.stream(ChatRequest.of("Hello?"));
        return stream.then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just)
                .doFinally(signal -> raw.dispose())
                .flatMap(error -> provider.close().thenReturn(error));
    }

    private interface Answer {
        Publisher<Void> to(HttpServerResponse response);
    }

    private static Throwable answered(byte[] body, String... headers) {
        return value(failure(ProviderTimeouts.DEFAULTS, response -> {
            for (int i = 0; i < headers.length; i += 2) {
                response.header(headers[i], headers[i + 1]);
            }
            return response.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(body)));
        }));
    }

    @Test
    void compressedBodyThatNobodyAskedForIsGarbled() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
            zip.write("data: {}\n\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(answered(bytes.toByteArray(), "content-type", "text/event-stream", "content-encoding", "gzip"))
                .isInstanceOf(GarbledResponseException.class)
                .hasMessageContaining("gzip");
    }

    @Test
    void badBytesAreTypedAndBounded() {
        String deep = "data: {\"x\":" + "[".repeat(100_000) + "\n\n";
        byte[] invalid = "data: {\"type\":\"?(\"}\n\n".getBytes(StandardCharsets.UTF_8);
        invalid[new String(invalid, StandardCharsets.US_ASCII).indexOf("?(")] = (byte) 0xc3;

        assertThat(sse("data: " + "x".repeat(2 * 1024 * 1024))).isInstanceOf(LimitExceededException.class);
        assertThat(sse(deep)).isInstanceOf(GarbledResponseException.class);
        assertThat(sse("data: {\"type\":\n\n")).isInstanceOf(GarbledResponseException.class);
        assertThat(answered(invalid, "content-type", "text/event-stream")).isInstanceOf(GarbledResponseException.class);
    }

    private static Throwable sse(String body) {
        return answered(body.getBytes(StandardCharsets.UTF_8), "content-type", "text/event-stream");
    }

    @Test
    void commentsAndPingsAreNoSignOfLife() {
        ProviderTimeouts hasty =
                ProviderTimeouts.DEFAULTS.withFirstToken(Duration.ofMillis(500)).withIdle(Duration.ofMillis(500));
        String piece = "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                + "\"text\":\"a\"}}\n\n";

        assertThat(value(failure(hasty, response -> pings(response, "")))).isInstanceOf(ProviderTimeoutException.class);
        assertThat(value(failure(hasty, response -> pings(response, piece))))
                .isInstanceOfSatisfying(
                        StreamStalledException.class,
                        error -> assertThat(error.partialText()).isEqualTo("a"));
    }

    private static Publisher<Void> pings(HttpServerResponse response, String before) {
        Flux<String> pings = Flux.interval(Duration.ofMillis(20))
                .map(tick -> ": keep-alive\n\nevent: ping\ndata: {\"type\":\"ping\"}\n\n");
        return response.sse().sendString(Flux.just(before + ": begin\n\n").concatWith(pings));
    }
}
