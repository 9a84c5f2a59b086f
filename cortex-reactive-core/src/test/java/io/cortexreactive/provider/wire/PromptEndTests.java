package io.cortexreactive.provider.wire;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class PromptEndTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestPublisher<String> source = TestPublisher.create();
    private boolean whole;

    private Flux<String> answer() {
        return PromptEnd.of(source.flux().doOnNext(element -> whole = element.equals("end")), () -> whole);
    }

    @Test
    void answerWhoseBodyStaysOpenCompletesAndThenItsConnectionIsClosed() {
        StepVerifier.withVirtualTime(this::answer)
                .then(() -> source.next("a"))
                .expectNext("a")
                .then(() -> source.next("end"))
                .expectNext("end")
                .expectNoEvent(PromptEnd.PATIENCE.minusMillis(1))
                .thenAwait(Duration.ofMillis(1))
                .expectComplete()
                .verifyThenAssertThat(LONG)
                .hasNotDroppedErrors();
        source.assertNotCancelled();
    }

    @Test
    void connectionIsClosedWhenItsBodyDoesNotEndInTime() {
        StepVerifier.withVirtualTime(
                        () -> answer().concatWith(Flux.<String>never().take(PromptEnd.DRAIN)))
                .then(() -> source.next("end"))
                .expectNext("end")
                .thenAwait(PromptEnd.PATIENCE)
                .then(source::assertNotCancelled)
                .thenAwait(PromptEnd.DRAIN)
                .verifyComplete();
        source.assertCancelled();
    }

    @Test
    void bodyThatEndsInTimeIsLeftAlone() {
        StepVerifier.withVirtualTime(
                        () -> answer().concatWith(Flux.<String>never().take(LONG)))
                .then(() -> source.next("end").complete())
                .expectNext("end")
                .thenAwait(LONG)
                .verifyComplete();
        source.assertNotCancelled();
    }

    @Test
    void whatGoesWrongAfterTheLastElementDoesNotMatter() {
        StepVerifier.create(answer())
                .then(() -> source.next("end", "more").error(new IOException("cut")))
                .expectNext("end")
                .verifyComplete();
    }

    @Test
    void whatGoesWrongBeforeTheLastElementIsTheError() {
        StepVerifier.create(answer())
                .then(() -> source.next("a").error(new IOException("cut")))
                .expectNext("a")
                .verifyErrorMessage("cut");
    }

    @Test
    void endIsAwaitedWithoutDemandOfTheConsumers() {
        StepVerifier.create(answer(), 1)
                .then(() -> source.next("end"))
                .expectNext("end")
                .then(() -> source.assertMinRequested(Long.MAX_VALUE - 1))
                .then(source::complete)
                .verifyComplete();
    }
}
