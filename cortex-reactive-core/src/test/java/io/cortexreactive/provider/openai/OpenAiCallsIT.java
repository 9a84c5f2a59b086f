package io.cortexreactive.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.error.Secret;
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
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.Purpose;
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
class OpenAiCallsIT {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String NO_STREAM = "whole-only";

    private SimulatedModelServer server;
    private OpenAiProvider provider;

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

    private static OpenAiProvider.Builder builder(URI endpoint) {
        return OpenAiProvider.builder()
                .baseUrl(endpoint.resolve("/v1/"))
                .model("simulated-chat")
                .embeddingModel("simulated-embedding")
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
                                DocumentContent.of("a.pdf", "application/pdf", new byte[] {4, 5})),
                        Message.assistant(
                                new TextContent("I see."),
                                ToolCall.of("a", "weather", Map.of("city", "Oslo", "days", 3))),
                        Message.toolResult("a", "cold", false))
                .tool(new ToolDefinition("weather", "Weather", Schema.object().property("city", Schema.string())))
                .responseSchema(Schema.object().property("a", Schema.string()))
                .options(ChatOptions.builder()
                        .temperature(0.5)
                        .maxTokens(100)
                        .topK(40)
                        .stopSequences("END")
                        .toolChoice(ToolChoice.any())
                        .providerOption("seed", 7)
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
        assertThat(arrived.options().providerOptions()).containsEntry("seed", 7);
    }

    @Test
    void headerOfTheApplicationIsSent() {
        server.enqueue(ScriptedReply.text("Fine."));
        value(provider.chat(ChatRequest.of("Hello?")));

        assertThat(value(server.call(1)).headers())
                .containsEntry("x-team", "reactive")
                .containsEntry("accept", "text/event-stream");
    }

    @Test
    void completionCarriesRequestIdAndRateLimits() {
        server.enqueue(ScriptedReply.builder()
                .text("Fine.")
                .model("simulated-chat-2026")
                .build());
        ChatResponse answer = value(provider.chat(ChatRequest.of("Hello?")));

        assertThat(answer.model()).isEqualTo("simulated-chat-2026");
        assertThat(answer.metadata())
                .containsKeys("requestId", "systemFingerprint")
                .containsEntry("x-ratelimit-remaining-requests", "9999");
    }

    @Test
    void localServerNeedsNoKey() {
        SimulatedModelServer local =
                value(SimulatedModelServer.builder().keyless().start());
        OpenAiProvider keyless = builder(local.endpoint()).build();
        local.enqueue(ScriptedReply.text("Fine."));

        assertThat(value(keyless.chat(ChatRequest.of("Hello?"))).text()).isEqualTo("Fine.");
        assertThat(value(local.call(1)).headers()).doesNotContainKey("authorization");
        keyless.close().block(LONG);
        local.close().block(LONG);
    }

    @Test
    void keyIsNotSentToAnAddressItWasNotGivenFor() {
        SimulatedModelServer other =
                value(SimulatedModelServer.builder().keyless().start());
        URI elsewhere = other.endpoint().resolve("/v1");
        other.enqueue(ScriptedReply.text("Fine."));
        OpenAiProvider view = provider.withConfig(new ProviderConfig(null, null, elsewhere, null, Map.of()));

        assertThat(value(view.chat(ChatRequest.of("Hello?"))).text()).isEqualTo("Fine.");
        assertThat(value(other.call(1)).headers()).doesNotContainKey("authorization");
        other.close().block(LONG);
    }

    @Test
    void modelThatCannotStreamAnswersWhole() {
        OpenAiProvider whole = builder(server.endpoint())
                .apiKey(Secret.of("key-of-the-test"))
                .models(List.of(new Model(NO_STREAM, "Whole", 0, 0, null, ProviderCapabilities.of(Capability.TOOLS))))
                .model(NO_STREAM)
                .build();
        server.enqueue(ScriptedReply.builder()
                .reasoning("Hm.", "proof")
                .text("Let me look.")
                .toolCall("a", "weather", Map.of("city", "Oslo", "days", 3, "exact", 1.5))
                .usage(new Usage(3, 5, 7, 11, false))
                .build());
        ChatResponse answer = value(whole.chat(ChatRequest.of("Weather?")));

        assertThat(call(1).streaming()).isFalse();
        assertThat(answer.message().content())
                .containsExactly(
                        new ReasoningContent("Hm.", "proof", false),
                        new TextContent("Let me look."),
                        ToolCall.of("a", "weather", Map.of("city", "Oslo", "days", 3, "exact", 1.5)));
        assertThat(answer.usage()).isEqualTo(new Usage(3, 5, 7, 11, false));
        assertThat(answer.stopReason()).isEqualTo(StopReason.TOOL_USE);
        whole.close().block(LONG);
    }

    @Test
    void serverMayAnswerWholeThoughAskedForAStream() {
        server.enqueue(ScriptedReply.fail(Fault.garbageBody(
                200,
                "application/json",
                "{\"choices\":[{\"message\":{\"content\":\"Fine.\"},\"finish_reason\":\"stop\"}]}")));

        assertThat(value(provider.chat(ChatRequest.of("Hello?"))).text()).isEqualTo("Fine.");
    }

    @Test
    void tokensAreEstimated() {
        ChatRequest request = ChatRequest.of("How many tokens is this?");

        assertThat(value(provider.countTokens(request))).isEqualTo(TokenEstimate.of(request));
        assertThat(server.calls()).isEmpty();
    }

    @Test
    void modelsAreThoseOfTheServer() {
        assertThat(value(provider.models().map(Model::id).collectList()))
                .containsExactly("simulated-chat", "simulated-embedding");
    }

    @Test
    void modelsTellWhatTheServerOrTheApplicationKnows() {
        Model known = new Model("a", "A", 8_000, 1_000, null, ModelCatalog.UNKNOWN);
        OpenAiProvider configured = builder(server.endpoint())
                .apiKey(Secret.of("key"))
                .models(List.of(known))
                .build();
        server.enqueue(ScriptedReply.fail(Fault.garbageBody(
                200,
                "application/json",
                "{\"data\":[{\"id\":\"a\"},{\"id\":\"b\",\"max_model_len\":4096},{\"id\":\"c\",\"name\":\"C\","
                        + "\"context_length\":9000}]}")));

        assertThat(value(configured.models().collectList()))
                .containsExactly(
                        known,
                        new Model("b", "b", 4096, 0, null, ModelCatalog.UNKNOWN),
                        new Model("c", "C", 9000, 0, null, ModelCatalog.UNKNOWN));
        configured.close().block(LONG);
    }

    @Test
    void embeddingsKeepTheOrderOfTheTexts() {
        List<String> texts = List.of("the cat sat", "stock prices fell", "a cat sat down");
        EmbeddingResponse all = value(provider.embed(EmbeddingRequest.documents(texts)));
        EmbeddingResponse query = value(provider.embed(EmbeddingRequest.query("the cat sat")));

        assertThat(all.vectors()).hasSize(3);
        assertThat(all.vectors().get(0))
                .hasSize(64)
                .containsExactly(query.vectors().get(0));
        assertThat(all.usage().inputTokens()).isPositive();
        assertThat(all.usage().estimated()).isFalse();
        assertThat(all.model()).isEqualTo("simulated-embedding");
        assertThat(value(server.call(1)).body()).contains("base64");
    }

    @Test
    void embeddingsMayBeNumbersInAnyOrder() {
        server.enqueue(ScriptedReply.fail(Fault.garbageBody(
                200,
                "application/json",
                "{\"object\":\"list\",\"data\":[{\"index\":1,\"embedding\":[0.5,-1e-2]},"
                        + "{\"index\":0,\"embedding\":[1,2,3]}]}")));
        EmbeddingResponse answer =
                value(provider.embed(new EmbeddingRequest(List.of("a", "b"), Purpose.DOCUMENT, "other")));

        assertThat(answer.vectors().get(0)).containsExactly(1, 2, 3);
        assertThat(answer.vectors().get(1)).containsExactly(0.5f, -0.01f);
        assertThat(answer.usage().estimated()).isTrue();
        assertThat(answer.model()).isEqualTo("other");
    }

    @Test
    void embeddingWithoutModelOrTextIsRefused() {
        OpenAiProvider bare = OpenAiProvider.builder()
                .baseUrl(server.endpoint().resolve("/v1"))
                .build();

        StepVerifier.create(bare.embed(EmbeddingRequest.query("Hello")))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("embeddingModel"))
                .verify(LONG);
        StepVerifier.create(provider.embed(EmbeddingRequest.documents(List.of())))
                .expectError(InvalidRequestException.class)
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
        OpenAiProvider provider = builder(URI.create("http://127.0.0.1:" + raw.port()))
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
        byte[] invalid = "data: {\"choices\":[{\"delta\":{\"content\":\"?(\"}}]}\n\n".getBytes(StandardCharsets.UTF_8);
        invalid[new String(invalid, StandardCharsets.US_ASCII).indexOf("?(")] = (byte) 0xc3;

        assertThat(sse("data: " + "x".repeat(2 * 1024 * 1024))).isInstanceOf(LimitExceededException.class);
        assertThat(sse(deep)).isInstanceOf(GarbledResponseException.class);
        assertThat(sse("data: {\"choices\":\n\n")).isInstanceOf(GarbledResponseException.class);
        assertThat(answered(invalid, "content-type", "text/event-stream")).isInstanceOf(GarbledResponseException.class);
    }

    private static Throwable sse(String body) {
        return answered(body.getBytes(StandardCharsets.UTF_8), "content-type", "text/event-stream");
    }

    @Test
    void commentsAreNoSignOfLife() {
        ProviderTimeouts hasty =
                ProviderTimeouts.DEFAULTS.withFirstToken(Duration.ofMillis(500)).withIdle(Duration.ofMillis(500));

        assertThat(value(failure(hasty, response -> comments(response, ""))))
                .isInstanceOf(ProviderTimeoutException.class);
        assertThat(value(failure(
                        hasty,
                        response -> comments(response, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"))))
                .isInstanceOfSatisfying(
                        StreamStalledException.class,
                        error -> assertThat(error.partialText()).isEqualTo("a"));
    }

    private static Publisher<Void> comments(HttpServerResponse response, String before) {
        Flux<String> comments = Flux.interval(Duration.ofMillis(20)).map(tick -> ": keep-alive\n\n");
        return response.sse().sendString(Flux.just(before + ": begin\n\n").concatWith(comments));
    }
}
