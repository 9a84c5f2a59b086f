package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.Transient;
import io.cortexreactive.resilience.Remaining.Quota;
import io.cortexreactive.resilience.RetryPolicy.Budget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

class ResilienceTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicInteger calls = new AtomicInteger();

    static final class Passing extends CortexException implements Transient {

        private final transient @Nullable Duration retryAfter;

        Passing(@Nullable Duration retryAfter) {
            super("passing", "later", null);
            this.retryAfter = retryAfter;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return Optional.ofNullable(retryAfter);
        }
    }

    private static final class Staying extends CortexException implements Lasting {
        Staying() {
            super("staying", "never", null);
        }
    }

    private static RetryPolicy unlimited(int attempts) {
        return RetryPolicy.attempts(attempts).withBudget(Budget.OFF);
    }

    private static ResiliencePolicy.Builder policy() {
        return ResiliencePolicy.builder();
    }

    private Flux<String> numbered(IntFunction<Flux<String>> call) {
        return Flux.defer(() -> call.apply(calls.incrementAndGet()));
    }

    private Flux<String> protect(ResiliencePolicy policy, Flux<String> call) {
        return Resilience.of(policy, time).protect(ResilientCall.of(call));
    }

    private StepVerifier.Step<String> verify(Flux<String> flux) {
        return StepVerifier.create(flux);
    }

    private Runnable pass(Duration duration) {
        return () -> time.advanceTimeBy(duration);
    }

    @Test
    void nothingHappensBeforeSubscription() {
        protect(ResiliencePolicy.DEFAULTS, numbered(n -> Flux.just("a")));

        assertThat(calls).hasValue(0);
    }

    @Test
    void passingErrorIsTriedAgain() {
        Flux<String> call = numbered(n -> n < 5 ? Flux.error(new Passing(null)) : Flux.just("a", "b"));

        verify(protect(policy().retry(unlimited(5)).build(), call))
                .then(pass(MINUTE))
                .then(pass(MINUTE))
                .then(pass(MINUTE))
                .then(pass(MINUTE))
                .expectNext("a", "b")
                .verifyComplete();
        assertThat(calls).hasValue(5);
    }

    @Test
    void attemptsComeToAnEnd() {
        verify(protect(policy().retry(unlimited(2)).build(), numbered(n -> Flux.error(new Passing(null)))))
                .then(pass(MINUTE))
                .verifyError(Passing.class);
        assertThat(calls).hasValue(2);
    }

    @Test
    void lastingErrorIsNotTriedAgain() {
        verify(protect(policy().retry(unlimited(5)).build(), numbered(n -> Flux.error(new Staying()))))
                .verifyError(Staying.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void nothingIsTriedAgainAfterOutput() {
        Flux<String> call = numbered(n -> Flux.concat(Flux.just("a"), Flux.error(new Passing(null))));

        verify(protect(policy().retry(unlimited(5)).build(), call))
                .expectNext("a")
                .verifyError(Passing.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void restartableCallSaysThatItBeginsAgain() {
        Flux<String> call =
                numbered(n -> n == 1 ? Flux.concat(Flux.just("a"), Flux.error(new Passing(null))) : Flux.just("b"));
        Resilience resilience = Resilience.of(policy().retry(unlimited(5)).build(), time);

        verify(resilience.protect(ResilientCall.of(call)
                        .restartable(restart -> "restart " + restart.attempt() + " "
                                + restart.reason().getMessage())))
                .expectNext("a")
                .then(pass(MINUTE))
                .expectNext("restart 2 later", "b")
                .verifyComplete();
    }

    @Test
    void waitIsTheOneTheServiceAsksFor() {
        Flux<String> call = numbered(n -> n == 1 ? Flux.error(new Passing(Duration.ofSeconds(90))) : Flux.just("a"));

        verify(protect(policy().retry(unlimited(2)).build(), call))
                .then(pass(Duration.ofSeconds(89)))
                .then(() -> assertThat(calls).hasValue(1))
                .then(pass(Duration.ofSeconds(2)))
                .expectNext("a")
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 90})
    void callsThatAreAskedForTheSameWaitComeAtDifferentTimes(long seconds) {
        Duration asked = Duration.ofSeconds(seconds);
        Resilience resilience = Resilience.of(policy().retry(unlimited(2)).build(), time);
        for (int i = 0; i < 100; i++) {
            resilience
                    .protect(ResilientCall.of(numbered(n -> Flux.error(new Passing(asked)))))
                    .subscribe(element -> {}, error -> {});
        }
        time.advanceTimeBy(asked.plusMillis(1));
        int atOnce = calls.get();
        time.advanceTimeBy(MINUTE);

        assertThat(atOnce).isLessThan(150);
        assertThat(calls).hasValue(200);
    }

    @Test
    void tooLongAWaitIsPassedOn() {
        Passing error = new Passing(Duration.ofMinutes(3));

        verify(protect(policy().retry(unlimited(5)).build(), numbered(n -> Flux.error(error))))
                .verifyErrorSatisfies(told -> assertThat(told).isSameAs(error));
        assertThat(calls).hasValue(1);
    }

    @Test
    void noAttemptBeginsThatTheDeadlineWouldEnd() {
        Flux<String> call = numbered(n -> Flux.error(new Passing(Duration.ofSeconds(30))));

        verify(protect(
                        policy().retry(unlimited(5))
                                .deadline(Duration.ofSeconds(45))
                                .build(),
                        call))
                .then(pass(Duration.ofSeconds(31)))
                .verifyError(Passing.class);
        assertThat(calls).hasValue(2);
    }

    @Test
    void deadlineEndsTheCall() {
        TestPublisher<String> endless = TestPublisher.create();

        verify(protect(policy().deadline(Duration.ofSeconds(45)).build(), endless.flux()))
                .then(pass(Duration.ofSeconds(45)))
                .verifyError(DeadlineExceededException.class);
        endless.assertCancelled();
    }

    @Test
    void cancelEndsTheWait() {
        verify(protect(policy().retry(unlimited(5)).build(), numbered(n -> Flux.error(new Passing(null)))))
                .then(() -> assertThat(calls).hasValue(1))
                .thenCancel()
                .verify();
        time.advanceTimeBy(MINUTE);
        assertThat(calls).hasValue(1);
    }

    @Test
    void demandGoesThroughAllAttempts() {
        Flux<String> call = numbered(n -> n == 1 ? Flux.error(new Passing(Duration.ZERO)) : Flux.just("a", "b", "c"));

        StepVerifier.create(protect(policy().retry(unlimited(5)).build(), call), 1)
                .then(pass(MINUTE))
                .expectNext("a")
                .thenRequest(1)
                .expectNext("b")
                .thenCancel()
                .verify();
    }

    @Test
    void retriesStayInProportionToCalls() {
        RetryPolicy policy = RetryPolicy.attempts(5)
                .withDelays(Duration.ofMillis(1), Duration.ofMillis(1))
                .withBudget(new Budget(0.1, 0));
        Resilience resilience = Resilience.of(policy().retry(policy).build(), time);
        ResilientCall<String> failing = ResilientCall.of(numbered(n -> Flux.error(new Passing(null))));
        for (int i = 0; i < 1_000; i++) {
            resilience.protect(failing).subscribe(element -> {}, error -> {});
            time.advanceTimeBy(Duration.ofMillis(1));
        }

        assertThat(calls.get()).isBetween(1_050, 1_100);
    }

    @Test
    void budgetHasAReserveThatTimeFillsUp() {
        AtomicInteger seconds = new AtomicInteger();
        RetryBudget budget = new RetryBudget(new Budget(0, 1), () -> seconds.get() * 1_000_000_000L);
        int first = 0;
        while (budget.withdraw()) {
            first++;
        }
        seconds.set(3);
        int later = 0;
        while (budget.withdraw()) {
            later++;
        }

        assertThat(first).isEqualTo(10);
        assertThat(later).isEqualTo(3);
    }

    @Test
    void breakerStopsCallsToAServiceThatFailsAndTriesItAgain() {
        CircuitBreakerPolicy breaker = new CircuitBreakerPolicy(0.5, 4, Duration.ofSeconds(30), 1);
        Resilience resilience = Resilience.of(policy().circuitBreaker(breaker).build(), time);
        Flux<String> service = resilience.protect(
                ResilientCall.of(numbered(n -> n <= 4 ? Flux.error(new Passing(null)) : Flux.just("a"))));
        for (int i = 0; i < 4; i++) {
            verify(service).verifyError(Passing.class);
        }
        verify(service).verifyError(CircuitOpenException.class);
        assertThat(calls).hasValue(4);
        time.advanceTimeBy(Duration.ofSeconds(31));

        verify(service).expectNext("a").verifyComplete();
        verify(service).expectNext("a").verifyComplete();
    }

    @Test
    void errorsOfTheCallerDoNotOpenTheBreaker() {
        CircuitBreakerPolicy breaker = new CircuitBreakerPolicy(0.5, 4, Duration.ofSeconds(30), 1);
        Resilience resilience = Resilience.of(policy().circuitBreaker(breaker).build(), time);
        Flux<String> service = resilience.protect(ResilientCall.of(numbered(n -> Flux.error(new Staying()))));
        for (int i = 0; i < 10; i++) {
            verify(service).verifyError(Staying.class);
        }
    }

    @Test
    void callsWaitForAPlaceInOrder() {
        Resilience resilience = Resilience.of(
                policy().bulkhead(new BulkheadPolicy(1, 2, MINUTE)).build(), time);
        List<Sinks.One<String>> answers = new ArrayList<>();
        List<String> got = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Sinks.One<String> answer = Sinks.one();
            answers.add(answer);
            resilience
                    .protect(ResilientCall.of(numbered(n -> answer.asMono().flux())))
                    .subscribe(got::add);
        }
        assertThat(calls).hasValue(1);
        verify(resilience.protect(ResilientCall.of(Flux.just("x")))).verifyError(BulkheadFullException.class);
        answers.forEach(answer -> answer.tryEmitValue("answer " + got.size()));

        assertThat(got).containsExactly("answer 0", "answer 1", "answer 2");
        verify(resilience.protect(ResilientCall.of(Flux.just("x"))))
                .expectNext("x")
                .verifyComplete();
    }

    @Test
    void whoLeavesTheLineOrThePlaceFreesIt() {
        Resilience resilience = Resilience.of(
                policy().bulkhead(new BulkheadPolicy(1, 1, MINUTE)).build(), time);
        ResilientCall<String> endless = ResilientCall.of(numbered(n -> Flux.never()));
        var inside = resilience.protect(endless).subscribe();
        var waiting = resilience.protect(endless).subscribe();
        waiting.dispose();
        var next = resilience.protect(endless).subscribe();
        assertThat(calls).hasValue(1);
        inside.dispose();
        assertThat(calls).hasValue(2);
        next.dispose();

        verify(resilience.protect(ResilientCall.of(Flux.just("x"))))
                .expectNext("x")
                .verifyComplete();
    }

    @Test
    void waitForAPlaceIsBounded() {
        Resilience resilience = Resilience.of(
                policy().bulkhead(new BulkheadPolicy(1, 1, MINUTE)).build(), time);
        resilience.protect(ResilientCall.of(Flux.never())).subscribe();

        verify(resilience.protect(ResilientCall.of(Flux.just("x"))))
                .then(pass(MINUTE))
                .verifyError(BulkheadFullException.class);
    }

    @Test
    void callsBeyondTheRateWait() {
        RateLimitPolicy sixty = RateLimitPolicy.requestsPerMinute(60);
        Resilience resilience = Resilience.of(policy().rateLimit(sixty).build(), time);
        ResilientCall<String> call = ResilientCall.of(numbered(n -> Flux.just("a")));
        for (int i = 0; i < 10; i++) {
            resilience.protect(call).subscribe();
        }
        int atOnce = calls.get();
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(atOnce).isEqualTo(6);
        assertThat(calls).hasValue(8);
    }

    @Test
    void callThatWouldWaitTooLongFailsAndSaysHowLong() {
        RateLimitPolicy one = RateLimitPolicy.requestsPerMinute(1).withMaxWait(Duration.ofSeconds(10));
        Resilience resilience = Resilience.of(policy().rateLimit(one).build(), time);
        ResilientCall<String> call = ResilientCall.of(Flux.just("a"));
        verify(resilience.protect(call)).expectNext("a").verifyComplete();

        verify(resilience.protect(call))
                .verifyErrorSatisfies(error -> assertThat(
                                ((RateLimitReachedException) error).retryAfter().orElseThrow())
                        .isGreaterThan(Duration.ofSeconds(10)));
    }

    @Test
    void tokensCountAsTheyWereUsed() {
        RateLimitPolicy tokens = RateLimitPolicy.requestsPerMinute(1_000)
                .withTokensPerMinute(1_000)
                .withMaxWait(Duration.ZERO);
        Resilience resilience = Resilience.of(policy().rateLimit(tokens).build(), time);
        ResilientCall<String> cheap = ResilientCall.of(Flux.just("0")).withTokens(100, Long::parseLong);
        ResilientCall<String> dear = ResilientCall.of(Flux.just("900")).withTokens(10, Long::parseLong);
        for (int i = 0; i < 20; i++) {
            verify(resilience.protect(cheap)).expectNext("0").verifyComplete();
        }
        verify(resilience.protect(dear)).expectNext("900").verifyComplete();

        verify(resilience.protect(cheap)).verifyError(RateLimitReachedException.class);
    }

    @Test
    void allCallsWaitWhenTheServiceSaysSo() {
        RateLimitPolicy many = RateLimitPolicy.requestsPerMinute(1_000_000).withMaxWait(MINUTE);
        Resilience resilience = Resilience.of(policy().rateLimit(many).build(), time);
        verify(resilience.protect(ResilientCall.of(Flux.error(new Passing(Duration.ofSeconds(20))))))
                .verifyError(Passing.class);

        verify(resilience.protect(ResilientCall.of(numbered(n -> Flux.just("a")))))
                .then(pass(Duration.ofSeconds(19)))
                .then(() -> assertThat(calls).hasValue(0))
                .then(pass(Duration.ofSeconds(2)))
                .expectNext("a")
                .verifyComplete();
    }

    private static Remaining requests(long left, Duration reset, Duration age) {
        return new Remaining(new Quota(left, reset), null, age);
    }

    @Test
    void callsWaitUntilTheServiceHasSomethingLeft() {
        Resilience resilience =
                Resilience.of(policy().rateLimit(RateLimitPolicy.AS_TOLD).build(), time);
        resilience.adopt(requests(0, Duration.ofSeconds(20), Duration.ofSeconds(5)));

        verify(resilience.protect(ResilientCall.of(numbered(n -> Flux.just("a")))))
                .then(pass(Duration.ofMillis(14_900)))
                .then(() -> assertThat(calls).hasValue(0))
                .then(pass(Duration.ofMillis(200)))
                .expectNext("a")
                .verifyComplete();
    }

    @Test
    void whatTheServiceSaysLongAgoDoesNotCount() {
        Resilience resilience =
                Resilience.of(policy().rateLimit(RateLimitPolicy.AS_TOLD).build(), time);
        resilience.adopt(requests(0, Duration.ofSeconds(20), Duration.ofSeconds(30)));

        verify(resilience.protect(ResilientCall.of(Flux.just("a"))))
                .expectNext("a")
                .verifyComplete();
    }

    @Test
    void lessThanWasThoughtIsAdopted() {
        RateLimitPolicy hundredAtOnce = RateLimitPolicy.requestsPerMinute(1_000).withMaxWait(Duration.ZERO);
        Resilience resilience = Resilience.of(policy().rateLimit(hundredAtOnce).build(), time);
        resilience.adopt(requests(2, MINUTE, Duration.ZERO));
        Flux<String> call = resilience.protect(ResilientCall.of(Flux.just("a")));
        verify(call).expectNext("a").verifyComplete();
        verify(call).expectNext("a").verifyComplete();

        verify(call).verifyError(RateLimitReachedException.class);
    }

    @Test
    void moreThanWasThoughtChangesNothing() {
        RateLimitPolicy one = RateLimitPolicy.requestsPerMinute(1).withMaxWait(Duration.ZERO);
        Resilience resilience = Resilience.of(policy().rateLimit(one).build(), time);
        Flux<String> call = resilience.protect(ResilientCall.of(Flux.just("a")));
        verify(call).expectNext("a").verifyComplete();
        resilience.adopt(requests(1_000, MINUTE, Duration.ZERO));

        verify(call).verifyError(RateLimitReachedException.class);
    }

    @Test
    void tokensThatAreLeftAreAdopted() {
        RateLimitPolicy many =
                RateLimitPolicy.AS_TOLD.withTokensPerMinute(100_000).withMaxWait(Duration.ZERO);
        Resilience resilience = Resilience.of(policy().rateLimit(many).build(), time);
        resilience.adopt(new Remaining(null, new Quota(50, MINUTE), Duration.ZERO));
        Flux<String> dear = resilience.protect(ResilientCall.of(Flux.just("a")).withTokens(100, element -> -1));

        verify(dear).verifyError(RateLimitReachedException.class);
    }

    @Test
    void serviceMayAskForMoreTimeThanThereIs() {
        Resilience resilience =
                Resilience.of(policy().rateLimit(RateLimitPolicy.AS_TOLD).build(), time);
        Passing error = new Passing(Duration.ofMillis(Long.MAX_VALUE));
        verify(resilience.protect(ResilientCall.of(Flux.error(error))))
                .verifyErrorSatisfies(told -> assertThat(told).isSameAs(error));

        verify(resilience.protect(ResilientCall.of(Flux.just("a")))).verifyError(RateLimitReachedException.class);
    }

    @Test
    void fasterOfTwoCallsCounts() {
        TestPublisher<String> slow = TestPublisher.create();
        Flux<String> call = numbered(n -> n == 1 ? slow.flux() : Flux.just("b", "c"));

        verify(protect(policy().hedgeAfter(Duration.ofSeconds(2)).build(), call))
                .then(pass(Duration.ofSeconds(2)))
                .expectNext("b", "c")
                .verifyComplete();
        slow.assertCancelled();
    }

    @Test
    void callThatAnswersInTimeIsTheOnlyOne() {
        TestPublisher<String> first = TestPublisher.create();

        verify(protect(policy().hedgeAfter(Duration.ofSeconds(2)).build(), numbered(n -> first.flux())))
                .then(() -> first.next("a"))
                .expectNext("a")
                .then(pass(MINUTE))
                .then(first::complete)
                .verifyComplete();
        assertThat(calls).hasValue(1);
    }

    @Test
    void callThatFailsEarlyIsNotHedged() {
        verify(protect(policy().hedgeAfter(Duration.ofSeconds(2)).build(), numbered(n -> Flux.error(new Staying()))))
                .verifyError(Staying.class);
        assertThat(calls).hasValue(1);
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> RetryPolicy.attempts(0))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("maxAttempts");
        assertThatThrownBy(() -> BulkheadPolicy.maxConcurrent(0)).isInstanceOf(ResilienceConfigurationException.class);
        assertThatThrownBy(() -> RateLimitPolicy.requestsPerMinute(0))
                .isInstanceOf(ResilienceConfigurationException.class);
        assertThatThrownBy(() -> policy().deadline(Duration.ZERO).build())
                .isInstanceOf(ResilienceConfigurationException.class);
    }

    static Stream<Arguments> unusable() {
        Duration tooShort = Duration.ofNanos(1);
        return Stream.of(
                Arguments.of("openFor", (ThrowingCallable) () -> new CircuitBreakerPolicy(0.5, 2, tooShort, 1)),
                Arguments.of("calls", (ThrowingCallable) () -> new CircuitBreakerPolicy(0.5, 2_000_000_000, MINUTE, 1)),
                Arguments.of(
                        "trials", (ThrowingCallable) () -> new CircuitBreakerPolicy(0.5, 2, MINUTE, 2_000_000_000)),
                Arguments.of("idle", (ThrowingCallable) () -> TimeoutPolicy.NONE.withIdle(tooShort)));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void settingsThatWouldFailInACallAreRefused(String setting, ThrowingCallable made) {
        assertThatThrownBy(made)
                .isInstanceOfSatisfying(
                        ResilienceConfigurationException.class,
                        error -> assertThat(error.setting()).isEqualTo(setting));
    }

    @Test
    @SuppressWarnings("NullAway") // as callers without it may write
    void settingsThatAreLeftOutAreRefused() {
        assertThatThrownBy(() -> RetryPolicy.DEFAULTS.withBudget(null)).hasMessage("budget");
        assertThatThrownBy(() -> RetryPolicy.DEFAULTS.withRetryAfterCap(null)).hasMessage("retryAfterCap");
        assertThatThrownBy(() -> new BulkheadPolicy(1, 1, null)).hasMessage("maxWait");
        assertThatThrownBy(() -> policy().timeout(null)).hasMessage("timeout");
    }

    @Test
    void callThatIsCompleteIsNotEndedByTheDeadline() {
        Resilience resilience = Resilience.of(policy().deadline(MINUTE).build(), time);
        TestPublisher<String> call = TestPublisher.create();

        verify(resilience.protect(ResilientCall.of(call.flux()).endingWith("end"::equals)))
                .then(() -> call.next("end"))
                .expectNext("end")
                .then(pass(MINUTE))
                .then(call::complete)
                .verifyComplete();
    }

    /** A tenth of calls fails, as services in trouble do; with five attempts hardly any is lost. */
    @Test
    void hardlyAnyCallIsLostInChaos() {
        Random random = new Random(42);
        RetryPolicy retry = unlimited(5).withDelays(Duration.ofMillis(1), Duration.ofMillis(1));
        Resilience resilience = Resilience.of(policy().retry(retry).build(), time);
        ResilientCall<String> flaky = ResilientCall.of(
                numbered(n -> random.nextInt(10) < 3 ? Flux.error(new Passing(null)) : Flux.just("a")));
        AtomicInteger whole = new AtomicInteger();
        AtomicInteger ends = new AtomicInteger();
        for (int i = 0; i < 10_000; i++) {
            resilience
                    .protect(flaky)
                    .collectList()
                    .doFinally(signal -> ends.incrementAndGet())
                    .onErrorResume(error -> Mono.empty())
                    .subscribe(got -> whole.addAndGet(got.size()));
        }
        time.advanceTimeBy(MINUTE);

        assertThat(ends).hasValue(10_000);
        assertThat(whole).hasValueBetween(9_950, 10_000);
    }
}
