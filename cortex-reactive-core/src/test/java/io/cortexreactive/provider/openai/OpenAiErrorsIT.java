package io.cortexreactive.provider.openai;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.error.Secret;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ContentFilteredException;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The error table, row by row, over HTTP and in the stream. */
class OpenAiErrorsIT {

    private static final Duration LONG = Duration.ofMinutes(1);

    private SimulatedModelServer server;
    private OpenAiProvider provider;

    @BeforeEach
    void start() {
        server = Objects.requireNonNull(SimulatedModelServer.builder().start().block(LONG));
        provider = builder().build();
    }

    @AfterEach
    void stop() {
        provider.close().block(LONG);
        server.close().block(LONG);
    }

    private OpenAiProvider.Builder builder() {
        return OpenAiProvider.builder()
                .baseUrl(server.endpoint().resolve("/v1"))
                .apiKey(Secret.of("sk-canary-of-the-test"))
                .embeddingModel("simulated-embedding")
                .model("simulated-chat");
    }

    private static ProviderException failure(Flux<?> stream) {
        return (ProviderException) error(stream);
    }

    private static Throwable error(Flux<?> stream) {
        Mono<Throwable> error = stream.then(Mono.<Throwable>empty()).onErrorResume(Mono::just);
        return Objects.requireNonNull(error.block(LONG), "no error");
    }

    private Flux<ChatChunk> ask(ScriptedReply reply) {
        server.enqueue(reply);
        return provider.stream(ChatRequest.of("Hello?"));
    }

    static Stream<Arguments> overHttp() {
        return Stream.of(
                Arguments.of(429, "rate_limit_exceeded", RateLimitedException.class, true),
                Arguments.of(429, "anything_else", RateLimitedException.class, true),
                Arguments.of(429, "insufficient_quota", QuotaExhaustedException.class, false),
                Arguments.of(429, "credit_balance_exhausted", QuotaExhaustedException.class, false),
                Arguments.of(429, "project_spend_limit_exceeded", QuotaExhaustedException.class, false),
                Arguments.of(429, "organization_spend_limit_exceeded", QuotaExhaustedException.class, false),
                Arguments.of(400, "billing_hard_limit_reached", QuotaExhaustedException.class, false),
                Arguments.of(402, "402", QuotaExhaustedException.class, false),
                Arguments.of(401, "invalid_api_key", AuthenticationException.class, false),
                Arguments.of(401, "invalid_request_error", AuthenticationException.class, false),
                Arguments.of(403, "unsupported_country_region_territory", AuthenticationException.class, false),
                Arguments.of(404, "model_not_found", ModelNotFoundException.class, false),
                Arguments.of(404, "invalid_request_error", ModelNotFoundException.class, false),
                Arguments.of(404, "DeploymentNotFound", ModelNotFoundException.class, false),
                Arguments.of(400, "context_length_exceeded", InvalidRequestException.class, false),
                Arguments.of(400, "invalid_request_error", InvalidRequestException.class, false),
                Arguments.of(413, "invalid_request_error", InvalidRequestException.class, false),
                Arguments.of(422, "invalid_request_error", InvalidRequestException.class, false),
                Arguments.of(400, "content_policy_violation", ContentFilteredException.class, false),
                Arguments.of(400, "content_filter", ContentFilteredException.class, false),
                Arguments.of(408, "x", ProviderTimeoutException.class, true),
                Arguments.of(409, "x", ProviderUnavailableException.class, true),
                Arguments.of(500, "server_error", ProviderUnavailableException.class, true),
                Arguments.of(502, "502", ProviderUnavailableException.class, true),
                Arguments.of(503, "x", ProviderUnavailableException.class, true),
                Arguments.of(503, "server_is_overloaded", OverloadedException.class, true),
                Arguments.of(529, "x", OverloadedException.class, true));
    }

    @ParameterizedTest
    @MethodSource("overHttp")
    void errorOverHttp(int status, String code, Class<?> type, boolean retry) {
        ProviderException error = failure(ask(ScriptedReply.fail(Fault.status(status, code, "because"))));

        assertThat(error).isExactlyInstanceOf(type).hasMessageContaining("because");
        assertThat(error instanceof Transient).isEqualTo(retry);
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.requestId()).isNotBlank();
        assertThat(error.model()).isEqualTo("simulated-chat");
        assertThat(error.failure().body()).contains("because");
        assertThat(server.calls()).hasSize(1);
    }

    static Stream<Arguments> inStream() {
        return Stream.of(
                Arguments.of("rate_limit_exceeded", RateLimitedException.class),
                Arguments.of("429", RateLimitedException.class),
                Arguments.of("insufficient_quota", QuotaExhaustedException.class),
                Arguments.of("server_error", ProviderUnavailableException.class),
                Arguments.of("502", ProviderUnavailableException.class),
                Arguments.of("408", ProviderTimeoutException.class),
                Arguments.of("invalid_request_error", InvalidRequestException.class),
                Arguments.of("context_length_exceeded", InvalidRequestException.class),
                Arguments.of("400", InvalidRequestException.class),
                Arguments.of("content_filter", ContentFilteredException.class));
    }

    @ParameterizedTest
    @MethodSource("inStream")
    void errorInTheStream(String code, Class<?> type) {
        for (int before : new int[] {0, 2}) {
            ProviderException error = failure(ask(ScriptedReply.builder()
                    .chunks("a", "b", "c")
                    .fault(Fault.errorAfter(before, code, "because"))
                    .build()));

            assertThat(error).isExactlyInstanceOf(type).hasMessageContaining("because");
            assertThat(error.status()).isNull();
            assertThat(error.requestId()).isNotBlank();
        }
    }

    @Test
    void errorInTheStreamComesAfterWhatTheModelHadSaid() {
        Flux<ChatChunk> stream = ask(ScriptedReply.builder()
                .chunks("a", "b", "c")
                .fault(Fault.errorAfter(2, "server_error", "because"))
                .build());

        assertThat(stream.onErrorComplete().collectList().block(LONG))
                .containsExactly(new TextDelta(0, "a"), new TextDelta(0, "b"));
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void errorWithoutANameInTheStreamBreaksItOff() {
        String error = "data: {\"error\": \"CUDA out of memory\"}\n\n";
        Flux<ChatChunk> stream = ask(ScriptedReply.builder()
                .chunks("a", "b")
                .fault(Fault.garbageAfter(1, error.getBytes(StandardCharsets.UTF_8)))
                .build());

        assertThat(error(stream))
                .hasMessageContaining("CUDA out of memory")
                .isInstanceOfSatisfying(
                        StreamInterruptedException.class,
                        broken -> assertThat(broken.partialText()).isEqualTo("a"));
    }

    @ParameterizedTest
    @CsvSource({"retry-after, 7, PT7S", "Retry-After-Ms, 250, PT0.25S"})
    void retryAfterArrives(String header, String value, Duration expected) {
        Fault slow = Fault.status(429, "rate_limit_exceeded", "slow").withHeader(header, value);

        assertThat(((RateLimitedException) failure(ask(ScriptedReply.fail(slow)))).retryAfter())
                .hasValue(expected);
    }

    @Test
    void moneyHeldForCallsUnderWayIsWorthWaitingFor() {
        Fault held = Fault.status(402, "402", "held").withHeader("retry-after", "2");

        assertThat(failure(ask(ScriptedReply.fail(held)))).isInstanceOf(RateLimitedException.class);
    }

    @Test
    void moderationIsNoQuestionOfTheKey() {
        String body = "{\"error\":{\"code\":403,\"message\":\"flagged\",\"metadata\":{\"reasons\":[\"x\"],"
                + "\"flagged_input\":\"...\"}}}";

        assertThat(failure(ask(ScriptedReply.fail(Fault.garbageBody(403, "application/json", body)))))
                .isInstanceOf(ContentFilteredException.class)
                .hasMessageContaining("flagged");
    }

    @Test
    void pageOfSomethingInBetweenIsTakenByItsStatus() {
        ProviderException down =
                failure(ask(ScriptedReply.fail(Fault.garbageBody(502, "text/html", "<html>Bad gateway</html>"))));
        ProviderException denied =
                failure(ask(ScriptedReply.fail(Fault.garbageBody(403, "text/html", "<html>Forbidden</html>"))));

        assertThat(down).isInstanceOf(ProviderUnavailableException.class);
        assertThat(down.failure().body()).isEqualTo("<html>Bad gateway</html>");
        assertThat(denied).isInstanceOf(AuthenticationException.class);
    }

    @Test
    void wrongBaseUrlIsNamed() {
        OpenAiProvider lost = builder()
                .baseUrl(server.endpoint().resolve("/wrong?key=canary"))
                .build();

        assertThat(failure(lost.stream(ChatRequest.of("Hello?"))))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(server.endpoint() + "/wrong/chat/completions")
                .hasMessageNotContaining("canary");
        assertThat(failure(lost.models())).isInstanceOf(ProtocolException.class);
        lost.close().block(LONG);
    }

    @Test
    void redirectIsNotFollowedButTold() {
        Fault.Status moved = Fault.status(302, "x", "moved")
                .withHeader("location", server.endpoint() + "/v1/chat/completions?token=canary");

        assertThat(failure(ask(ScriptedReply.fail(moved))))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(server.endpoint() + "/v1/chat/completions")
                .hasMessageNotContaining("canary");
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void keyIsInNoError() {
        Fault refused = Fault.status(401, "invalid_api_key", "Incorrect API key provided: sk-canary-of-the-test.");
        ProviderException error = failure(ask(ScriptedReply.fail(refused)));

        assertThat(error).hasMessageNotContaining("canary");
        assertThat(error.failure().toString()).doesNotContain("canary");
        assertThat(provider.toString()).doesNotContain("canary");
    }

    @Test
    void tooLongArgumentsCancelTheCall() {
        Flux<ChatChunk> stream = ask(ScriptedReply.builder()
                .invalidToolCall("a", "write", "x".repeat(400_000))
                .chunkSize(1_000)
                .fault(Fault.stallAfter(399))
                .build());

        assertThat(error(stream)).isInstanceOf(LimitExceededException.class);
        assertThat(Objects.requireNonNull(server.call(1).block(LONG)).closed().block(LONG))
                .isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    void serverThatSpeaksNoTlsIsUnavailable() {
        URI secure = URI.create("https://127.0.0.1:" + server.endpoint().getPort() + "/v1");
        OpenAiProvider view = builder().baseUrl(secure).build();

        assertThat(failure(view.stream(ChatRequest.of("Hello?")))).isInstanceOf(ProviderUnavailableException.class);
        view.close().block(LONG);
    }

    @Test
    void embeddingsFailAsCompletionsDo() {
        server.enqueue(
                ScriptedReply.fail(Fault.status(429, "insufficient_quota", "because")),
                ScriptedReply.fail(Fault.garbageBody(200, "text/html", "<html>Log in first</html>")),
                ScriptedReply.fail(Fault.garbageBody(200, "application/json", "{\"data\": [{\"index\": 3}]}")),
                ScriptedReply.fail(Fault.garbageBody(200, "application/json", "{\"data\"")),
                ScriptedReply.fail(Fault.garbageBody(
                        200, "application/json", "{\"error\": {\"code\": 429, \"message\": \"because\"}}")));
        Flux<?> embedding = provider.embed(EmbeddingRequest.query("Hello")).flux();

        assertThat(error(embedding)).isInstanceOf(QuotaExhaustedException.class);
        assertThat(error(embedding)).isInstanceOf(GarbledResponseException.class);
        assertThat(error(embedding)).isInstanceOf(ProtocolException.class);
        assertThat(error(embedding)).isInstanceOf(GarbledResponseException.class);
        assertThat(error(embedding)).isInstanceOf(RateLimitedException.class);
    }

    @Test
    void embeddingThatTakesTooLongIsCutOff() {
        OpenAiProvider hasty = builder()
                .timeouts(ProviderTimeouts.DEFAULTS.withFirstToken(Duration.ofMillis(300)))
                .build();
        server.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));

        assertThat(error(hasty.embed(EmbeddingRequest.query("Hello")).flux()))
                .isInstanceOf(ProviderTimeoutException.class);
        assertThat(Objects.requireNonNull(server.call(1).block(LONG)).closed().block(LONG))
                .isEqualTo(CloseReason.CLIENT_CLOSED);
        hasty.close().block(LONG);
    }
}
