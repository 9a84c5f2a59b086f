package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.error.Transient;
import io.cortexreactive.message.Message;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.provider.wire.CallState;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkInterruptedException;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ModelErrorException;

class ErrorTranslatorTests {

    private static final ProviderFailure CALL = new ProviderFailure("bedrock", "model", null, "req-1", null);
    private static final Message PARTIAL = Message.assistant("so far");

    private final ErrorTranslator translator = new ErrorTranslator(
            new ServiceErrors(Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC), "http://localhost"));

    private Throwable before(Throwable error) {
        return translator.translate(error, new State(false));
    }

    private Throwable during(Throwable error) {
        return translator.translate(error, new State(true));
    }

    private static AwsServiceException http(int status, @Nullable String code, String message) {
        return service(BedrockRuntimeException.builder(), status, code, message, Map.of());
    }

    private static AwsServiceException service(
            AwsServiceException.Builder builder,
            int status,
            @Nullable String code,
            String message,
            Map<String, String> headers) {
        SdkHttpFullResponse.Builder response = SdkHttpFullResponse.builder().statusCode(status);
        headers.forEach(response::putHeader);
        return builder.statusCode(status)
                .requestId("req-2")
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .sdkHttpResponse(response.build())
                        .rawResponse(SdkBytes.fromString("{\"message\":\"" + message + "\"}", StandardCharsets.UTF_8))
                        .build())
                .build();
    }

    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of(429, "ThrottlingException", RateLimitedException.class, true),
                Arguments.of(429, "ModelNotReadyException", ProviderUnavailableException.class, true),
                Arguments.of(503, "ServiceUnavailableException", ProviderUnavailableException.class, true),
                Arguments.of(500, "InternalServerException", ProviderUnavailableException.class, true),
                Arguments.of(424, "ModelErrorException", ProviderUnavailableException.class, true),
                Arguments.of(408, "ModelTimeoutException", ProviderTimeoutException.class, true),
                Arguments.of(400, "ValidationException", InvalidRequestException.class, false),
                Arguments.of(403, "AccessDeniedException", AuthenticationException.class, false),
                Arguments.of(403, "ExpiredTokenException", AuthenticationException.class, false),
                Arguments.of(403, "UnrecognizedClientException", AuthenticationException.class, false),
                Arguments.of(404, "ResourceNotFoundException", ModelNotFoundException.class, false),
                Arguments.of(400, "ServiceQuotaExceededException", QuotaExhaustedException.class, false),
                Arguments.of(429, "ServiceQuotaExceededException", QuotaExhaustedException.class, false),
                Arguments.of(424, "ModelStreamErrorException", StreamInterruptedException.class, true));
    }

    @ParameterizedTest
    @MethodSource("table")
    void codeDecidesOverHttp(int status, String code, Class<?> expected, boolean retry) {
        Throwable error = before(http(status, code, "because"));

        assertThat(error).isExactlyInstanceOf(expected).isInstanceOf(retry ? Transient.class : Lasting.class);
        assertThat(((ProviderException) error).status()).isEqualTo(status);
        assertThat(((ProviderException) error).requestId()).isEqualTo("req-2");
        assertThat(error).hasMessageContaining("because");
    }

    /** The SDK looks for it on whatever thread it is called, which may have been meant for what ran there before. */
    @Test
    void callOnAThreadThatWasInterruptedMayBeMadeAgain() {
        Throwable error = before(SdkClientException.create("Unable to execute", new SdkInterruptedException()));

        assertThat(error)
                .isExactlyInstanceOf(ProviderUnavailableException.class)
                .hasMessageContaining("interrupted");
    }

    @ParameterizedTest
    @MethodSource("table")
    void sameCodeDecidesInTheStreamWithoutAStatus(int status, String code, Class<?> expected, boolean retry) {
        String inStream = Character.toLowerCase(code.charAt(0)) + code.substring(1);
        Throwable error = during(http(0, inStream, "because"));

        assertThat(error).isExactlyInstanceOf(expected);
        assertThat(((ProviderException) error).status()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "401, AuthenticationException",
        "402, QuotaExhaustedException",
        "403, AuthenticationException",
        "404, ModelNotFoundException",
        "408, ProviderTimeoutException",
        "413, InvalidRequestException",
        "422, InvalidRequestException",
        "424, ProviderUnavailableException",
        "429, RateLimitedException",
        "500, ProviderUnavailableException",
        "502, ProviderUnavailableException",
        "529, OverloadedException",
        "302, ProtocolException"
    })
    void statusDecidesWhereThereIsNoCode(int status, String expected) {
        assertThat(before(http(status, null, "")).getClass().getSimpleName()).isEqualTo(expected);
        assertThat(before(http(status, "SomethingNew", "x")).getClass().getSimpleName())
                .isEqualTo(expected);
    }

    @Test
    void dailyQuotaIsNotWorthRetrying() {
        assertThat(before(
                        http(429, "ThrottlingException", "Too many tokens per day, please wait before trying again.")))
                .isInstanceOf(QuotaExhaustedException.class);
    }

    @Test
    void modelThatRefusedTheInputIsNotWorthRetrying() {
        ModelErrorException.Builder refused = ModelErrorException.builder();
        refused.originalStatusCode(400);

        assertThat(before(service(refused, 424, "ModelErrorException", "bad image", Map.of())))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void retryAfterIsRead() {
        AwsServiceException slow = service(
                BedrockRuntimeException.builder(), 429, "ThrottlingException", "slow", Map.of("Retry-After", "7"));
        AwsServiceException down = service(
                BedrockRuntimeException.builder(),
                503,
                "ServiceUnavailableException",
                "down",
                Map.of("retry-after", "Sun, 22 Nov 2026 10:00:20 GMT"));
        AwsServiceException busy =
                service(BedrockRuntimeException.builder(), 529, null, "busy", Map.of("retry-after-ms", "300"));

        assertThat(((RateLimitedException) before(slow)).retryAfter()).hasValue(Duration.ofSeconds(7));
        assertThat(((ProviderUnavailableException) before(down)).retryAfter()).hasValue(Duration.ofSeconds(20));
        assertThat(((OverloadedException) before(busy)).retryAfter()).hasValue(Duration.ofMillis(300));
    }

    @Test
    void bodyAndMessageAreRedactedAndShort() {
        String key = "AKIAABCDEFGHIJKLMNOP";
        ProviderException error =
                (ProviderException) before(http(403, "InvalidSignatureException", key + " x".repeat(5_000)));

        assertThat(error.failure().body()).hasSizeLessThanOrEqualTo(2_048).doesNotContain(key);
        assertThat(error.getMessage()).hasSizeLessThan(2_300).doesNotContain(key);
    }

    @Test
    void interruptedStreamCarriesWhatHadCome() {
        Throwable broken = during(new IOException("Connection reset by peer"));
        Throwable told = during(http(0, "modelStreamErrorException", "try again"));

        assertThat(((StreamInterruptedException) broken).partialText()).isEqualTo("so far");
        assertThat(((StreamInterruptedException) told).partialText()).isEqualTo("so far");
    }

    static Stream<Throwable> notConnected() {
        return Stream.of(
                new ConnectException("refused"),
                new UnknownHostException("nowhere.invalid"),
                new SSLHandshakeException("certificate"),
                new Throwable("long text", new TimeoutException("Acquire operation took longer than 10 ms")),
                new Throwable("long text", new IllegalStateException("Too many outstanding acquire operations")));
    }

    @ParameterizedTest
    @MethodSource("notConnected")
    void missingConnectionIsUnavailableAndCostNothing(Throwable cause) {
        Throwable wrapped = new CompletionException(SdkClientException.builder()
                .message("Unable to execute")
                .cause(cause)
                .build());

        assertThat(before(wrapped)).isInstanceOfSatisfying(ProviderUnavailableException.class, error -> {
            assertThat(error.possiblyBilled()).isFalse();
            assertThat(error.requestId()).isEqualTo("req-1");
        });
    }

    @ParameterizedTest
    @MethodSource("broken")
    void brokenConnectionBeforeTheResponseMayHaveCost(Throwable cause) {
        assertThat(before(SdkClientException.create("Unable to execute", cause)))
                .isInstanceOfSatisfying(
                        ProviderUnavailableException.class,
                        error -> assertThat(error.possiblyBilled()).isTrue());
    }

    static Stream<Throwable> broken() {
        return Stream.of(
                new IOException("Connection reset by peer"),
                new ClosedChannelException(),
                new CancellationException("closed"));
    }

    @Test
    void undecodableAnswerIsGarbled() {
        assertThat(during(new IllegalArgumentException("Message checksum failure")))
                .isInstanceOf(GarbledResponseException.class);
        assertThat(during(SdkClientException.create("x", new NullPointerException("no header"))))
                .isInstanceOf(GarbledResponseException.class);
    }

    @Test
    void ourOwnErrorPassesFromWithinOthers() {
        ProtocolException ours = new ProtocolException("x", ProviderFailure.of("bedrock", null), null);

        assertThat(during(new CompletionException(SdkClientException.create("x", ours))))
                .isSameAs(ours);
    }

    @Test
    void exceededLimitTellsInWhichRequest() {
        LimitExceededException limit = new LimitExceededException("bytes", 1, 2);

        assertThat(during(SdkClientException.create("x", limit)))
                .hasMessage(limit.getMessage())
                .isInstanceOfSatisfying(
                        LimitExceededException.class,
                        error -> assertThat(error.requestId()).isEqualTo("req-1"));
    }

    @Test
    void timeoutOfTheHttpClientIsOne() {
        assertThat(before(ReadTimeoutException.INSTANCE)).isInstanceOf(ProviderTimeoutException.class);
    }

    @Test
    void anythingElseIsLasting() {
        assertThat(before(new IllegalStateException("bug"))).isInstanceOf(ProtocolException.class);
    }

    private record State(boolean responded) implements CallState {
        @Override
        public ProviderFailure failure() {
            return CALL;
        }

        @Override
        public Message partial() {
            return PARTIAL;
        }
    }
}
