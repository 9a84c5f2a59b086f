package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.util.RaceTestUtils;
import reactor.util.context.Context;

class CutoffTests {

    private final TestPublisher<String> source = TestPublisher.create();
    private final Sinks.Empty<Void> signal = Sinks.empty();
    private final Flux<String> cut =
            Cutoff.on(source.flux(), signal.asMono(), () -> new IllegalStateException("closed"));

    @Test
    void signalCancelsTheSourceAndRaisesTheError() {
        StepVerifier.create(cut)
                .then(() -> source.next("a"))
                .expectNext("a")
                .then(signal::tryEmitEmpty)
                .verifyErrorMessage("closed");
        source.assertCancelled();
    }

    @Test
    void signalThatCameBeforeCounts() {
        signal.tryEmitEmpty();

        StepVerifier.create(cut).verifyErrorMessage("closed");
        source.assertCancelled().assertWasNotRequested();
    }

    @Test
    void sourceThatNeverBeginsIsCutOff() {
        Flux<String> mute = Flux.from(subscriber -> {});

        StepVerifier.create(Cutoff.on(mute, signal.asMono(), () -> new IllegalStateException("closed")))
                .then(signal::tryEmitEmpty)
                .verifyErrorMessage("closed");
    }

    @Test
    void signalWhileAnElementIsPassedOnCountsAfterIt() {
        List<String> seen = new ArrayList<>();
        cut.subscribe(
                element -> {
                    signal.tryEmitEmpty();
                    seen.add(element);
                },
                error -> seen.add(error.getMessage()));
        source.next("a").next("b");

        source.assertCancelled();
        assertThat(seen).containsExactly("a", "closed");
    }

    @Test
    void signalThatFailsGivesItsError() {
        StepVerifier.create(cut)
                .then(() -> signal.tryEmitError(new IllegalStateException("lost")))
                .verifyErrorMessage("lost");
        source.assertCancelled();
    }

    @Test
    void signalIsLeftWhenTheSourceEnds() {
        StepVerifier.create(cut).then(source::complete).verifyComplete();
        assertThat(signal.currentSubscriberCount()).isZero();
    }

    @Test
    void signalIsLeftWhenTheSourceFails() {
        StepVerifier.create(cut)
                .then(() -> source.error(new IllegalStateException("broken")))
                .verifyErrorMessage("broken");
        assertThat(signal.currentSubscriberCount()).isZero();
    }

    @Test
    void cancelLeavesBoth() {
        StepVerifier.create(cut)
                .then(() -> assertThat(signal.currentSubscriberCount()).isOne())
                .thenCancel()
                .verify();
        source.assertCancelled();
        assertThat(signal.currentSubscriberCount()).isZero();
    }

    @Test
    void cancelAtOnceLeavesBoth() {
        StepVerifier.create(cut.doOnSubscribe(Subscription::cancel))
                .thenCancel()
                .verify();

        source.assertCancelled();
        assertThat(signal.currentSubscriberCount()).isZero();
    }

    @Test
    void bothSeeTheContext() {
        List<Object> seen = new ArrayList<>();
        Mono<Object> reading = Mono.deferContextual(context -> {
            seen.add(context.get("who"));
            return Mono.never();
        });
        StepVerifier.create(Cutoff.on(reading.flux(), reading, IllegalStateException::new)
                        .contextWrite(Context.of("who", "acme")))
                .thenCancel()
                .verify();
        assertThat(seen).containsExactly("acme", "acme");
    }

    @Test
    void demandGoesThrough() {
        StepVerifier.create(cut, 1)
                .then(() -> source.assertMinRequested(1).assertMaxRequested(1))
                .thenRequest(2)
                .then(() -> source.assertMinRequested(3).assertMaxRequested(3))
                .thenCancel()
                .verify();
    }

    @Test
    void whatCannotTellTheLastElementGivesItsError() {
        Flux<String> undecided = Cutoff.on(
                source.flux(),
                element -> {
                    throw new IllegalArgumentException("last?");
                },
                signal.asMono(),
                IllegalStateException::new);

        StepVerifier.create(undecided).then(() -> source.next("a")).verifyErrorMessage("last?");
        source.assertCancelled();
        assertThat(signal.currentSubscriberCount()).isZero();
    }

    @Test
    void whatFollowsGetsTheDemandThatIsLeft() {
        StepVerifier.create(Cutoff.replaced(source.flux(), signal.asMono(), () -> Flux.just("x", "y", "z")), 3)
                .then(() -> source.next("a"))
                .expectNext("a")
                .then(signal::tryEmitEmpty)
                .expectNext("x", "y")
                .then(source::assertCancelled)
                .thenRequest(1)
                .expectNext("z")
                .verifyComplete();
    }

    @Test
    void sourceThatEndsByItselfIsNotTouched() {
        StepVerifier.create(cut)
                .then(() -> source.next("a").complete())
                .expectNext("a")
                .verifyComplete();
    }

    @Test
    void sourceThatIsWholeIsNotCutOff() {
        StepVerifier.create(Cutoff.on(source.flux(), "end"::equals, signal.asMono(), IllegalStateException::new))
                .then(() -> source.next("end"))
                .expectNext("end")
                .then(signal::tryEmitEmpty)
                .then(source::complete)
                .verifyComplete();
    }

    @Test
    void thereIsOneEndHoweverCloseTheTwoAre() {
        for (int i = 0; i < 2_000; i++) {
            TestPublisher<String> answer = TestPublisher.create();
            Sinks.Empty<Void> late = Sinks.empty();
            List<String> seen = new CopyOnWriteArrayList<>();
            Cutoff.on(answer.flux(), "end"::equals, late.asMono(), IllegalStateException::new)
                    .subscribe(seen::add, error -> seen.add("error"), () -> seen.add("complete"));
            RaceTestUtils.race(() -> answer.next("end").complete(), late::tryEmitEmpty);

            assertThat(seen).isIn(List.of("end", "complete"), List.of("error"));
        }
    }
}
