package io.cortexreactive.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.bedrockruntime.model.BedrockRuntimeException;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ThrottlingException;

/** Faults as the AWS SDK meets them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BedrockFaultIT {

    private SimulatedModelServer server;
    private SdkPeer peer;
    private int number;

    @BeforeAll
    void start() {
        server = Await.value(SimulatedModelServer.builder().start());
        peer = SdkPeer.signing(server.endpoint(), "AKIAPEER");
    }

    @AfterAll
    void stop() {
        peer.close();
        Await.completion(server.close());
    }

    private SdkPeer.Answer play(Fault fault) {
        number++;
        server.enqueue(ScriptedReply.builder().repeat("tick ", 10).fault(fault).build());
        return peer.stream("Hello?");
    }

    private static Throwable failure(SdkPeer.Answer answer) {
        return answer.done()
                .handle((done, error) -> error instanceof CompletionException ? error.getCause() : error)
                .orTimeout(Await.LONG.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    private CloseReason closed() {
        return Await.value(server.call(number).flatMap(WireCall::closed));
    }

    @ParameterizedTest
    @CsvSource({
        "400, ValidationException",
        "403, AccessDeniedException",
        "404, ResourceNotFoundException",
        "408, ModelTimeoutException",
        "424, ModelErrorException",
        "429, ThrottlingException",
        "429, ModelNotReadyException",
        "500, InternalServerException",
        "503, ServiceUnavailableException",
        "400, ServiceQuotaExceededException"
    })
    void httpErrorIsTheSdksOwnException(int status, String type) {
        Throwable error = failure(play(Fault.status(status, type, "because of the test")));

        assertThat(error).isInstanceOf(BedrockRuntimeException.class);
        AwsServiceException service = (AwsServiceException) error;
        assertThat(service.getClass().getSimpleName()).isEqualTo(type);
        assertThat(service.statusCode()).isEqualTo(status);
        assertThat(service.awsErrorDetails().errorMessage()).isEqualTo("because of the test");
        assertThat(service.requestId()).isNotBlank();
        assertThat(closed()).isEqualTo(CloseReason.FAULT);
    }

    @Test
    void headersOfAnErrorArrive() {
        Throwable error = failure(
                play(Fault.status(429, "ThrottlingException", "slow down").withHeader("retry-after", "7")));

        assertThat(((AwsServiceException) error)
                        .awsErrorDetails()
                        .sdkHttpResponse()
                        .firstMatchingHeader("Retry-After"))
                .hasValue("7");
    }

    @Test
    void headersOfAnErrorReplaceTheProtocolsOwn() {
        Throwable error = failure(
                play(Fault.status(429, "ThrottlingException", "slow down").withHeader("X-AMZN-RequestId", "mine")));

        assertThat(((AwsServiceException) error).requestId()).isEqualTo("mine");
    }

    @Test
    void garbageBodyIsNoServiceException() {
        Throwable error = failure(play(Fault.garbageBody(502, "text/html", "<html>Bad gateway</html>")));

        assertThat(((AwsServiceException) error).statusCode()).isEqualTo(502);
    }

    @Test
    void resetBeforeTheResponseFailsTheCall() {
        assertThat(failure(play(Fault.resetBeforeResponse()))).hasStackTraceContaining("Connection reset");
        assertThat(closed()).isEqualTo(CloseReason.FAULT);
    }

    @Test
    void cutArrivesAsAnErrorAfterTheChunksBefore() {
        SdkPeer.Answer answer = play(Fault.cutAfter(3));

        assertThat(failure(answer)).isNotNull();
        assertThat(answer.text()).isEqualTo("tick tick tick ");
        assertThat(closed()).isEqualTo(CloseReason.FAULT);
    }

    @Test
    void endWithoutMarkerCompletesTheBody() {
        SdkPeer.Answer answer = play(Fault.endAfter(3));

        assertThat(answer.done()).succeedsWithin(Await.LONG);
        assertThat(answer.text()).isEqualTo("tick tick tick ");
        assertThat(answer.types()).doesNotContain("messageStop", "metadata");
        assertThat(closed()).isEqualTo(CloseReason.FAULT);
    }

    @Test
    void endAfterAllContentLacksOnlyTheMarker() {
        SdkPeer.Answer answer = play(Fault.endAfter(Integer.MAX_VALUE));

        assertThat(answer.done()).succeedsWithin(Await.LONG);
        assertThat(answer.text()).isEqualTo("tick ".repeat(10));
        assertThat(answer.types()).doesNotContain("messageStop", "metadata");
    }

    @ParameterizedTest
    @CsvSource({
        "throttlingException, ThrottlingException",
        "modelStreamErrorException, ModelStreamErrorException",
        "internalServerException, InternalServerException",
        "serviceUnavailableException, ServiceUnavailableException",
        "validationException, ValidationException"
    })
    void errorInTheStreamIsTheSdksOwnException(String type, String exception) {
        SdkPeer.Answer answer = play(Fault.errorAfter(2, type, "in the middle"));

        Throwable error = failure(answer);
        assertThat(error.getClass().getSimpleName()).isEqualTo(exception);
        assertThat(error).hasMessageContaining("in the middle");
        assertThat(answer.text()).isEqualTo("tick tick ");
    }

    @Test
    void errorBeforeAnyOutputFollowsTheStart() {
        SdkPeer.Answer answer = play(Fault.errorAfter(0, "throttlingException", "at once"));

        assertThat(failure(answer)).isInstanceOf(ThrottlingException.class);
        assertThat(answer.types()).containsExactly("messageStart");
    }

    @Test
    void badChecksumFailsTheStream() {
        SdkPeer.Answer answer = play(Fault.badCrcAfter(4));

        assertThat(failure(answer)).hasStackTraceContaining("checksum");
        assertThat(answer.text()).isEqualTo("tick ".repeat(4));
    }

    @Test
    void garbageBetweenFramesFailsTheStream() {
        byte[] html = "<html>oops</html>".getBytes(StandardCharsets.UTF_8);
        SdkPeer.Answer answer = play(Fault.garbageAfter(4, html));

        assertThat(failure(answer)).isNotNull();
        assertThat(answer.text()).isEqualTo("tick ".repeat(4));
    }

    @Test
    void stallEndsWhenTheClientLeaves() {
        SdkPeer.Answer answer = play(Fault.stallAfter(2));
        WireCall call = Await.value(server.call(number));

        answer.done().cancel(true);

        assertThat(Await.value(call.closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
    }

    @Test
    void stallBeforeTheResponseEndsWhenTheClientLeaves() {
        SdkPeer.Answer answer = play(Fault.stallBeforeResponse());
        WireCall call = Await.value(server.call(number));

        answer.done().cancel(true);

        assertThat(Await.value(call.closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
        assertThat(call.status()).isZero();
    }

    private CompletableFuture<ConverseResponse> playWhole(Fault fault) {
        number++;
        server.enqueue(
                ScriptedReply.builder().text("a whole answer").fault(fault).build());
        return peer.client().converse(request -> request.modelId(SdkPeer.MODEL).messages(SdkPeer.user("Hello?")));
    }

    static Stream<Fault> faultsInTheMiddle() {
        return Stream.of(
                Fault.cutAfter(1), Fault.endAfter(1), Fault.badCrcAfter(1), Fault.garbageAfter(1, new byte[] {'<'}));
    }

    @ParameterizedTest
    @MethodSource("faultsInTheMiddle")
    void wholeAnswerThatBreaksInTheMiddleCannotBeRead(Fault fault) {
        assertThat(playWhole(fault))
                .failsWithin(Await.LONG)
                .withThrowableThat()
                .withCauseInstanceOf(SdkClientException.class);
        assertThat(closed()).isEqualTo(CloseReason.FAULT);
    }

    @Test
    void errorInAWholeAnswerIsItsHttpError() {
        assertThat(playWhole(Fault.errorAfter(1, "throttlingException", "too much")))
                .failsWithin(Await.LONG)
                .withThrowableThat()
                .withCauseInstanceOf(ThrottlingException.class);
        assertThat(Await.value(server.call(number)).status()).isEqualTo(429);
    }

    @Test
    void stallInAWholeAnswerEndsWhenTheClientLeaves() {
        CompletableFuture<ConverseResponse> answer = playWhole(Fault.stallAfter(1));
        WireCall call = Await.value(server.call(number));

        answer.cancel(true);

        assertThat(Await.value(call.closed())).isEqualTo(CloseReason.CLIENT_CLOSED);
    }
}
