package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.error.Secret;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
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
import io.cortexreactive.testing.WireCall;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The error table of Bedrock, row by row, over HTTP and in the stream. */
class BedrockErrorsIT {

    private static final Duration LONG = Duration.ofMinutes(1);

    private SimulatedModelServer server;
    private BedrockProvider provider;

    @BeforeEach
    void start() {
        server = Objects.requireNonNull(SimulatedModelServer.builder().start().block(LONG));
        provider = builder(server.endpoint()).build();
    }

    @AfterEach
    void stop() {
        provider.close().block(LONG);
        server.close().block(LONG);
    }

    private static BedrockProvider.Builder builder(URI endpoint) {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(endpoint)
                .apiKey(Secret.of("key-of-the-test"))
                .model("anthropic.claude-sonnet-4-6");
    }

    private static ProviderException failure(Flux<ChatChunk> stream) {
        return (ProviderException) error(stream);
    }

    private static Throwable error(Flux<ChatChunk> stream) {
        Mono<Throwable> error = stream.then(Mono.<Throwable>empty()).onErrorResume(Mono::just);
        return Objects.requireNonNull(error.block(LONG), "no error");
    }

    private Flux<ChatChunk> ask(ScriptedReply reply) {
        server.enqueue(reply);
        return provider.stream(ChatRequest.of("Hello?"));
    }

    static Stream<Arguments> overHttp() {
        return Stream.of(
                Arguments.of(429, "ThrottlingException", RateLimitedException.class, true),
                Arguments.of(429, "ModelNotReadyException", ProviderUnavailableException.class, true),
                Arguments.of(503, "ServiceUnavailableException", ProviderUnavailableException.class, true),
                Arguments.of(500, "InternalServerException", ProviderUnavailableException.class, true),
                Arguments.of(408, "ModelTimeoutException", ProviderTimeoutException.class, true),
                Arguments.of(424, "ModelErrorException", ProviderUnavailableException.class, true),
                Arguments.of(400, "ValidationException", InvalidRequestException.class, false),
                Arguments.of(403, "AccessDeniedException", AuthenticationException.class, false),
                Arguments.of(404, "ResourceNotFoundException", ModelNotFoundException.class, false),
                Arguments.of(400, "ServiceQuotaExceededException", QuotaExhaustedException.class, false),
                Arguments.of(403, "ExpiredTokenException", AuthenticationException.class, false));
    }

    @ParameterizedTest
    @MethodSource("overHttp")
    void errorOverHttp(int status, String code, Class<?> type, boolean retry) {
        ProviderException error = failure(ask(ScriptedReply.fail(Fault.status(status, code, "because"))));

        assertThat(error).isExactlyInstanceOf(type).hasMessageContaining("because");
        assertThat(error instanceof Transient).isEqualTo(retry);
        assertThat(error.status()).isEqualTo(status);
        assertThat(error.requestId()).isNotBlank();
        assertThat(error.model()).isEqualTo("anthropic.claude-sonnet-4-6");
        assertThat(error.failure().body()).contains("because");
        assertThat(server.calls()).hasSize(1);
    }

    static Stream<Arguments> inStream() {
        return Stream.of(
                Arguments.of("throttlingException", RateLimitedException.class),
                Arguments.of("internalServerException", ProviderUnavailableException.class),
                Arguments.of("serviceUnavailableException", ProviderUnavailableException.class),
                Arguments.of("modelTimeoutException", ProviderTimeoutException.class),
                Arguments.of("validationException", InvalidRequestException.class),
                Arguments.of("modelStreamErrorException", StreamInterruptedException.class));
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
                .fault(Fault.errorAfter(2, "modelStreamErrorException", "because"))
                .build());

        assertThat(stream.onErrorComplete().collectList().block(LONG))
                .containsExactly(new TextDelta(0, "a"), new TextDelta(0, "b"));
        assertThat(server.calls()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"retry-after, 7, PT7S", "Retry-After-Ms, 250, PT0.25S"})
    void retryAfterArrives(String header, String value, Duration expected) {
        Fault slow = Fault.status(429, "ThrottlingException", "slow").withHeader(header, value);

        assertThat(((RateLimitedException) failure(ask(ScriptedReply.fail(slow)))).retryAfter())
                .hasValue(expected);
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
    void tooLargeFrameIsRefusedBeforeItIsKept() {
        ByteBuffer head = ByteBuffer.allocate(12).putInt(17 * 1024 * 1024).putInt(0);
        CRC32 crc = new CRC32();
        crc.update(head.array(), 0, 8);
        head.putInt((int) crc.getValue());
        Flux<ChatChunk> stream = ask(ScriptedReply.builder()
                .chunks("a", "b")
                .fault(Fault.garbageAfter(1, head.array()))
                .build());

        assertThat(error(stream))
                .isInstanceOfSatisfying(
                        LimitExceededException.class,
                        error -> assertThat(error.name()).contains("frame"));
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
    void callThatGetsNoConnectionInTimeCostsNothing() {
        BedrockProvider narrow = builder(server.endpoint())
                .maxConnections(1)
                .timeouts(ProviderTimeouts.DEFAULTS.withConnect(Duration.ofMillis(300)))
                .build();
        server.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));
        Disposable first = narrow.stream(ChatRequest.of("first")).subscribe();
        WireCall call = Objects.requireNonNull(server.call(1).block(LONG));

        assertThat(failure(narrow.stream(ChatRequest.of("second"))))
                .isInstanceOfSatisfying(
                        ProviderUnavailableException.class,
                        error -> assertThat(error.possiblyBilled()).isFalse());
        first.dispose();
        assertThat(call.closed().block(LONG)).isEqualTo(CloseReason.CLIENT_CLOSED);
        assertThat(server.calls()).hasSize(1);
        narrow.close().block(LONG);
    }

    @Test
    void serverThatSpeaksNoTlsIsUnavailable() {
        URI secure = URI.create("https://127.0.0.1:" + server.endpoint().getPort());
        BedrockProvider view = builder(secure).build();

        assertThat(failure(view.stream(ChatRequest.of("Hello?")))).isInstanceOf(ProviderUnavailableException.class);
        view.close().block(LONG);
    }
}
