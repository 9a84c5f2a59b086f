package io.cortexreactive.provider.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.error.Secret;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.AuthenticationException;
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
import io.cortexreactive.provider.RateLimits;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.provider.wire.HttpCall;
import io.cortexreactive.testing.CloseReason;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The error table, row by row, over HTTP and in the stream. */
class AnthropicErrorsIT {

    private static final Duration LONG = Duration.ofMinutes(1);

    private SimulatedModelServer server;
    private AnthropicProvider provider;

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

    private AnthropicProvider.Builder builder() {
        return AnthropicProvider.builder()
                .baseUrl(server.endpoint())
                .apiKey(Secret.of("sk-ant-canary-of-the-test"))
                .model("claude-simulated-1");
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
                Arguments.of(429, "rate_limit_error", RateLimitedException.class, true),
                Arguments.of(429, "anything_else", RateLimitedException.class, true),
                Arguments.of(429, "enforced_spend_limit_reached", QuotaExhaustedException.class, false),
                Arguments.of(402, "billing_error", QuotaExhaustedException.class, false),
                Arguments.of(402, "x", QuotaExhaustedException.class, false),
                Arguments.of(400, "billing_error", QuotaExhaustedException.class, false),
                Arguments.of(401, "authentication_error", AuthenticationException.class, false),
                Arguments.of(401, "invalid_request_error", AuthenticationException.class, false),
                Arguments.of(403, "permission_error", AuthenticationException.class, false),
                Arguments.of(404, "not_found_error", ModelNotFoundException.class, false),
                Arguments.of(400, "invalid_request_error", InvalidRequestException.class, false),
                Arguments.of(413, "request_too_large", InvalidRequestException.class, false),
                Arguments.of(422, "x", InvalidRequestException.class, false),
                Arguments.of(408, "x", ProviderTimeoutException.class, true),
                Arguments.of(504, "timeout_error", ProviderTimeoutException.class, true),
                Arguments.of(409, "conflict_error", ProviderUnavailableException.class, true),
                Arguments.of(500, "api_error", ProviderUnavailableException.class, true),
                Arguments.of(502, "x", ProviderUnavailableException.class, true),
                Arguments.of(503, "api_error", ProviderUnavailableException.class, true),
                Arguments.of(529, "overloaded_error", OverloadedException.class, true),
                Arguments.of(529, "x", OverloadedException.class, true),
                Arguments.of(503, "overloaded_error", OverloadedException.class, true));
    }

    @ParameterizedTest
    @MethodSource("overHttp")
    void errorOverHttp(int status, String errorType, Class<?> type, boolean retry) {
        ProviderException error = failure(ask(ScriptedReply.fail(Fault.status(status, errorType, "because"))));

        assertThat(error).isExactlyInstanceOf(type).hasMessageContaining("because");
        assertThat(error instanceof Transient).isEqualTo(retry);
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.requestId()).startsWith("req_");
        assertThat(error.model()).isEqualTo("claude-simulated-1");
        assertThat(error.failure().body()).contains("because");
        assertThat(server.calls()).hasSize(1);
    }

    static Stream<Arguments> inStream() {
        return Stream.of(
                Arguments.of("rate_limit_error", RateLimitedException.class),
                Arguments.of("enforced_spend_limit_reached", QuotaExhaustedException.class),
                Arguments.of("billing_error", QuotaExhaustedException.class),
                Arguments.of("overloaded_error", OverloadedException.class),
                Arguments.of("api_error", ProviderUnavailableException.class),
                Arguments.of("timeout_error", ProviderTimeoutException.class),
                Arguments.of("invalid_request_error", InvalidRequestException.class),
                Arguments.of("request_too_large", InvalidRequestException.class),
                Arguments.of("authentication_error", AuthenticationException.class),
                Arguments.of("permission_error", AuthenticationException.class),
                Arguments.of("not_found_error", ModelNotFoundException.class),
                Arguments.of("something_new", StreamInterruptedException.class));
    }

    @ParameterizedTest
    @MethodSource("inStream")
    void errorInTheStream(String errorType, Class<?> type) {
        for (int before : new int[] {0, 2}) {
            ProviderException error = failure(ask(ScriptedReply.builder()
                    .chunks("a", "b", "c")
                    .fault(Fault.errorAfter(before, errorType, "because"))
                    .build()));

            assertThat(error).isExactlyInstanceOf(type).hasMessageContaining("because");
            assertThat(error.status()).isNull();
            assertThat(error.requestId()).startsWith("req_");
        }
    }

    @Test
    void errorInTheStreamComesAfterWhatTheModelHadSaid() {
        Flux<ChatChunk> stream = ask(ScriptedReply.builder()
                .chunks("a", "b", "c")
                .fault(Fault.errorAfter(2, "overloaded_error", "because"))
                .build());

        assertThat(stream.onErrorComplete().collectList().block(LONG))
                .containsExactly(new TextDelta(0, "a"), new TextDelta(0, "b"));
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void errorOfAnUnknownKindKeepsWhatTheModelHadSaid() {
        String error = "event: error\ndata: CUDA out of memory\n\n";
        Flux<ChatChunk> stream = ask(ScriptedReply.builder()
                .chunks("a", "b")
                .fault(Fault.garbageAfter(1, error.getBytes(StandardCharsets.UTF_8)))
                .build());

        assertThat(error(stream))
                .isInstanceOfSatisfying(
                        StreamInterruptedException.class,
                        broken -> assertThat(broken.partialText()).isEqualTo("a"));
    }

    /** The service has neither a type nor a code of its own for these. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
                "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
                "You have reached your specified workspace API usage limits. You will regain access on 2026-12-01."
            })
    void moneyThatHasRunOutIsKnownByItsWords(String words) {
        assertThat(failure(ask(ScriptedReply.fail(Fault.status(400, "invalid_request_error", words)))))
                .isInstanceOf(QuotaExhaustedException.class);
    }

    @ParameterizedTest
    @CsvSource({"retry-after, 7, PT7S", "Retry-After-Ms, 250, PT0.25S"})
    void retryAfterArrives(String header, String value, Duration expected) {
        Fault slow = Fault.status(429, "rate_limit_error", "slow").withHeader(header, value);
        Fault busy = Fault.status(529, "overloaded_error", "busy").withHeader(header, value);

        assertThat(((RateLimitedException) failure(ask(ScriptedReply.fail(slow)))).retryAfter())
                .hasValue(expected);
        assertThat(((OverloadedException) failure(ask(ScriptedReply.fail(busy)))).retryAfter())
                .hasValue(expected);
    }

    @Test
    void retryAfterMayBeADate() {
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
        Fault slow = Fault.status(429, "rate_limit_error", "slow").withHeader("retry-after", date);

        assertThat(((RateLimitedException) failure(ask(ScriptedReply.fail(slow)))).retryAfter())
                .hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ofMinutes(50), Duration.ofMinutes(60)));
    }

    @Test
    void refusalTellsOfTheLimits() {
        Fault slow = Fault.status(429, "rate_limit_error", "slow")
                .withHeader("anthropic-ratelimit-input-tokens-limit", "1000")
                .withHeader("anthropic-ratelimit-input-tokens-remaining", "0")
                .withHeader("anthropic-ratelimit-input-tokens-reset", "2026-12-01T10:00:00Z");

        assertThat(((RateLimitedException) failure(ask(ScriptedReply.fail(slow))))
                        .rateLimits()
                        .inputTokens())
                .isEqualTo(new RateLimits.Limit(1000L, 0, Instant.parse("2026-12-01T10:00:00Z"), true));
    }

    @Test
    void requestIdOfTheBodyServesWhereNoHeaderHasOne() {
        ServiceErrors errors = new ServiceErrors(Clock.systemUTC());
        byte[] body =
                "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"x\"},\"request_id\":\"req_b\"}"
                        .getBytes(StandardCharsets.UTF_8);
        WholeExchange exchange = new WholeExchange(
                "anthropic", "m", HttpCall.get(URI.create("http://localhost/v1/messages"), Map.of()), errors);

        assertThat(exchange.failed(ServiceReport.inAnswer(body, body.length), exchange.partial())
                        .requestId())
                .isEqualTo("req_b");
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
        AnthropicProvider lost = builder()
                .baseUrl(server.endpoint().resolve("/wrong?key=canary"))
                .build();

        assertThat(failure(lost.stream(ChatRequest.of("Hello?"))))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(server.endpoint() + "/wrong/v1/messages")
                .hasMessageNotContaining("canary");
        assertThat(failure(lost.models())).isInstanceOf(ProtocolException.class);
        lost.close().block(LONG);
    }

    @Test
    void redirectIsNotFollowedButTold() {
        Fault.Status moved =
                Fault.status(302, "x", "moved").withHeader("location", server.endpoint() + "/v1/messages?token=canary");

        assertThat(failure(ask(ScriptedReply.fail(moved))))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining(server.endpoint() + "/v1/messages")
                .hasMessageNotContaining("canary");
        assertThat(server.calls()).hasSize(1);
    }

    @Test
    void keyIsInNoError() {
        Fault refused = Fault.status(401, "authentication_error", "invalid x-api-key: sk-ant-canary-of-the-test.");
        ProviderException error = failure(ask(ScriptedReply.fail(refused)));
        ProviderException echoed =
                failure(ask(ScriptedReply.fail(Fault.status(401, "sk-ant-canary-of-the-test", "no"))));

        assertThat(error).hasMessageNotContaining("canary");
        assertThat(error.failure().toString()).doesNotContain("canary");
        assertThat(echoed).hasMessageNotContaining("canary").hasMessageContaining("no");
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
        URI secure = URI.create("https://127.0.0.1:" + server.endpoint().getPort());
        AnthropicProvider view = builder().baseUrl(secure).build();

        assertThat(failure(view.stream(ChatRequest.of("Hello?")))).isInstanceOf(ProviderUnavailableException.class);
        view.close().block(LONG);
    }

    @Test
    void countsFailAsAnswersDo() {
        server.enqueue(
                ScriptedReply.fail(Fault.status(529, "overloaded_error", "because")),
                ScriptedReply.fail(Fault.garbageBody(200, "text/html", "<html>Log in first</html>")),
                ScriptedReply.fail(Fault.garbageBody(200, "application/json", "{}")),
                ScriptedReply.fail(Fault.garbageBody(200, "application/json", "{\"input_tokens\":-1}")),
                ScriptedReply.fail(Fault.garbageBody(200, "application/json", "{\"input")));
        Flux<Long> count = provider.countTokens(ChatRequest.of("Hello?")).flux();

        assertThat(error(count)).isInstanceOf(OverloadedException.class);
        assertThat(error(count)).isInstanceOf(GarbledResponseException.class);
        assertThat(error(count)).isInstanceOf(ProtocolException.class);
        assertThat(error(count)).isInstanceOf(ProtocolException.class);
        assertThat(error(count)).isInstanceOf(GarbledResponseException.class);
    }

    @Test
    void countThatTakesTooLongIsCutOff() {
        AnthropicProvider hasty = builder()
                .timeouts(ProviderTimeouts.DEFAULTS.withFirstToken(Duration.ofMillis(300)))
                .build();
        server.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));

        assertThat(error(hasty.countTokens(ChatRequest.of("Hello?")).flux()))
                .isInstanceOf(ProviderTimeoutException.class);
        assertThat(Objects.requireNonNull(server.call(1).block(LONG)).closed().block(LONG))
                .isEqualTo(CloseReason.CLIENT_CLOSED);
        hasty.close().block(LONG);
    }
}
