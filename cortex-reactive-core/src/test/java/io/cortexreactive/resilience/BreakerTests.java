package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.resilience.ResilienceTests.Passing;
import io.cortexreactive.resilience.RetryPolicy.Budget;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class BreakerTests {

    private static final CircuitBreakerPolicy TWO = new CircuitBreakerPolicy(0.5, 2, Duration.ofSeconds(30), 1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

    private void expectOpen(Resilience resilience, Duration left) {
        StepVerifier.create(resilience.protect(ResilientCall.of(Flux.just("a"))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining(left.toMillis() + " ms")
                        .isInstanceOfSatisfying(
                                CircuitOpenException.class,
                                open -> assertThat(open.retryAfter()).hasValue(left)));
    }

    private static void fail(Resilience resilience) {
        StepVerifier.create(resilience.protect(ResilientCall.of(Flux.error(new Passing(null)))))
                .verifyError(Passing.class);
    }

    @Test
    void openBreakerTellsWhatIsLeft() {
        Resilience resilience =
                Resilience.of(ResiliencePolicy.builder().circuitBreaker(TWO).build(), time);
        fail(resilience);
        fail(resilience);
        time.advanceTimeBy(Duration.ofSeconds(20));
        expectOpen(resilience, Duration.ofSeconds(10));
        time.advanceTimeBy(Duration.ofSeconds(11));
        fail(resilience);
        time.advanceTimeBy(Duration.ofSeconds(5));

        expectOpen(resilience, Duration.ofSeconds(25));
    }

    @Test
    void whileTheServiceIsTriedNobodyKnowsHowLong() {
        Resilience resilience =
                Resilience.of(ResiliencePolicy.builder().circuitBreaker(TWO).build(), time);
        fail(resilience);
        fail(resilience);
        time.advanceTimeBy(Duration.ofSeconds(31));
        resilience.protect(ResilientCall.of(Flux.never())).subscribe();

        StepVerifier.create(resilience.protect(ResilientCall.of(Flux.just("a"))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                CircuitOpenException.class,
                                open -> assertThat(open.retryAfter()).isEmpty()));
    }

    @Test
    void breakerThatOpensBetweenAttemptsKeepsTheErrorThatOpenedIt() {
        Passing reason = new Passing(Duration.ZERO);
        ResiliencePolicy policy = ResiliencePolicy.builder()
                .retry(RetryPolicy.attempts(5).withBudget(Budget.OFF))
                .circuitBreaker(TWO)
                .build();

        StepVerifier.create(Resilience.of(policy, time).protect(ResilientCall.of(Flux.error(reason))))
                .then(() -> time.advanceTimeBy(Duration.ofMinutes(1)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CircuitOpenException.class)
                        .hasSuppressedException(reason));
    }

    private Resilience withinASecond() {
        return Resilience.of(
                ResiliencePolicy.builder()
                        .circuitBreaker(TWO)
                        .deadline(Duration.ofSeconds(1))
                        .build(),
                time);
    }

    @Test
    void serviceThatHangsUntilTheDeadlineHasFailed() {
        Resilience resilience = withinASecond();
        for (int i = 0; i < 2; i++) {
            StepVerifier.create(resilience.protect(ResilientCall.of(Flux.never())))
                    .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                    .verifyError(DeadlineExceededException.class);
        }

        expectOpen(resilience, Duration.ofSeconds(30));
    }

    @Test
    void outerDeadlineCountsToo() {
        Resilience inner =
                Resilience.of(ResiliencePolicy.builder().circuitBreaker(TWO).build(), time);
        Resilience outer = Resilience.of(
                ResiliencePolicy.builder().deadline(Duration.ofSeconds(1)).build(), time);
        for (int i = 0; i < 2; i++) {
            StepVerifier.create(outer.protect(ResilientCall.of(inner.protect(ResilientCall.of(Flux.never())))))
                    .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                    .verifyError(DeadlineExceededException.class);
        }

        expectOpen(inner, Duration.ofSeconds(30));
    }

    @Test
    void callerWhoHasSeenEnoughSaysNothingOfTheService() {
        Resilience resilience = withinASecond();
        for (int i = 0; i < 5; i++) {
            resilience.protect(ResilientCall.of(Flux.never())).subscribe().dispose();
        }

        StepVerifier.create(resilience.protect(ResilientCall.of(Flux.just("a"))))
                .expectNext("a")
                .verifyComplete();
    }

    @Test
    void trialThatAnswersLetsOthersInWhileItStreams() {
        Resilience resilience =
                Resilience.of(ResiliencePolicy.builder().circuitBreaker(TWO).build(), time);
        TestPublisher<String> trial = TestPublisher.create();
        fail(resilience);
        fail(resilience);
        time.advanceTimeBy(Duration.ofSeconds(31));
        resilience.protect(ResilientCall.of(trial.flux())).subscribe(element -> {}, error -> {});
        trial.next("a");

        StepVerifier.create(resilience.protect(ResilientCall.of(Flux.just("b"))))
                .expectNext("b")
                .verifyComplete();
        trial.error(new Passing(null));
        expectOpen(resilience, Duration.ofSeconds(30));
    }
}
