package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.provider.bedrock.SdkTransport.StreamHandoff;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;

class StreamHandoffTests {

    private static final SdkPublisher<ConverseStreamOutput> EVENTS = SdkPublisher.fromIterable(List.of());

    private final AtomicReference<StreamHandoff> handoff = new AtomicReference<>();

    private StreamHandoff handoff() {
        return Objects.requireNonNull(handoff.get());
    }

    private Mono<SdkPublisher<ConverseStreamOutput>> handedOver() {
        return Mono.create(sink -> handoff.set(new StreamHandoff(sink, response -> {})));
    }

    @Test
    void secondStreamIsRefused() {
        StepVerifier.create(handedOver())
                .then(() -> handoff().onEventStream(EVENTS))
                .expectNext(EVENTS)
                .verifyComplete();

        assertThatThrownBy(() -> handoff().onEventStream(EVENTS)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void futureCountsOnlyBeforeTheStream() {
        StepVerifier.create(handedOver())
                .then(() -> {
                    handoff().onEventStream(EVENTS);
                    handoff().ended(new IllegalStateException("told by the stream, too"));
                })
                .expectNext(EVENTS)
                .expectComplete()
                .verifyThenAssertThat()
                .hasNotDroppedErrors();
    }

    @Test
    void failureBeforeTheStreamIsPassedOn() {
        IllegalStateException failure = new IllegalStateException("for the test");

        StepVerifier.create(handedOver())
                .then(() -> handoff().ended(failure))
                .verifyErrorMatches(error -> error == failure);
    }

    @Test
    void streamAfterAFailureIsRefused() {
        StepVerifier.create(handedOver())
                .then(() -> handoff().ended(new IllegalStateException("for the test")))
                .verifyError();

        assertThatThrownBy(() -> handoff().onEventStream(EVENTS)).isInstanceOf(IllegalStateException.class);
    }
}
