package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Transient;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.BrokenStreamException;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.OverloadedException;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.StreamInterruptedException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.test.StepVerifier;

/** Faults of a reply as a scripted provider raises them. */
class ScriptedFaultTests {

    private static StepVerifier.FirstStep<String> play(Fault fault) {
        ScriptedReply reply =
                ScriptedReply.builder().chunks("a", "b", "c").fault(fault).build();
        return StepVerifier.create(ScriptedProvider.of(reply).stream(ChatRequest.of("Hello?"))
                .ofType(TextDelta.class)
                .map(TextDelta::text));
    }

    private static Stream<Arguments> errors() {
        return Stream.of(
                Arguments.of(429, "ThrottlingException", RateLimitedException.class),
                Arguments.of(429, "ModelNotReadyException", ProviderUnavailableException.class),
                Arguments.of(503, "ServiceUnavailableException", ProviderUnavailableException.class),
                Arguments.of(500, "InternalServerException", ProviderUnavailableException.class),
                Arguments.of(424, "ModelErrorException", ProviderUnavailableException.class),
                Arguments.of(408, "ModelTimeoutException", ProviderTimeoutException.class),
                Arguments.of(400, "ValidationException", InvalidRequestException.class),
                Arguments.of(403, "AccessDeniedException", AuthenticationException.class),
                Arguments.of(404, "ResourceNotFoundException", ModelNotFoundException.class),
                Arguments.of(400, "ServiceQuotaExceededException", QuotaExhaustedException.class),
                Arguments.of(401, "Other", AuthenticationException.class),
                Arguments.of(402, "Other", QuotaExhaustedException.class),
                Arguments.of(404, "Other", ModelNotFoundException.class),
                Arguments.of(408, "Other", ProviderTimeoutException.class),
                Arguments.of(418, "Other", InvalidRequestException.class),
                Arguments.of(424, "Other", ProviderUnavailableException.class),
                Arguments.of(429, "Other", RateLimitedException.class),
                Arguments.of(502, "Other", ProviderUnavailableException.class),
                Arguments.of(529, "Other", OverloadedException.class));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void httpErrorBecomesTheTypedError(int status, String type, Class<? extends Throwable> expected) {
        play(Fault.status(status, type, "because"))
                .expectErrorSatisfies(error -> {
                    assertThat(error).isInstanceOf(expected).hasMessageContaining("because");
                    assertThat(((ProviderException) error).status()).isEqualTo(status);
                })
                .verify();
    }

    @Test
    void retryAfterIsCarried() {
        play(Fault.status(429, "ThrottlingException", "slow down").withHeader("Retry-After", "7"))
                .expectErrorSatisfies(
                        error -> assertThat(((Transient) error).retryAfter()).hasValue(Duration.ofSeconds(7)))
                .verify();
    }

    @Test
    void errorInTheStreamComesAfterTheChunksBefore() {
        play(Fault.errorAfter(2, "throttlingException", "too much"))
                .expectNext("a", "b")
                .verifyError(RateLimitedException.class);
    }

    @Test
    void modelStreamErrorInterruptsWithThePartialText() {
        play(Fault.errorAfter(2, "modelStreamErrorException", "model failed"))
                .expectNext("a", "b")
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(StreamInterruptedException.class)
                        .extracting(e -> ((BrokenStreamException) e).partialText())
                        .isEqualTo("ab"))
                .verify();
    }

    @Test
    void cutInterruptsWithThePartialText() {
        play(Fault.cutAfter(1))
                .expectNext("a")
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(StreamInterruptedException.class)
                        .extracting(e -> ((BrokenStreamException) e).partialText())
                        .isEqualTo("a"))
                .verify();
    }

    @Test
    void endWithoutMarkerIsIncompleteWithThePartialText() {
        play(Fault.endAfter(99))
                .expectNext("a", "b", "c")
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IncompleteStreamException.class)
                        .extracting(e -> ((BrokenStreamException) e).partialText())
                        .isEqualTo("abc"))
                .verify();
    }

    @Test
    void badChecksumIsGarbled() {
        play(Fault.badCrcAfter(1)).expectNext("a").verifyError(GarbledResponseException.class);
    }

    @Test
    void garbageIsGarbled() {
        play(Fault.garbageAfter(0, new byte[] {1, 2})).verifyError(GarbledResponseException.class);
    }

    @Test
    void undecodableBodyIsGarbled() {
        play(Fault.garbageBody(200, "text/html", "<html>")).verifyError(GarbledResponseException.class);
    }

    @Test
    void failingProxyIsUnavailable() {
        play(Fault.garbageBody(502, "text/html", "<html>")).verifyError(ProviderUnavailableException.class);
    }

    @Test
    void resetBeforeTheResponseMayHaveCost() {
        play(Fault.resetBeforeResponse())
                .expectErrorSatisfies(error -> assertThat(((ProviderUnavailableException) error).possiblyBilled())
                        .isTrue())
                .verify();
    }
}
