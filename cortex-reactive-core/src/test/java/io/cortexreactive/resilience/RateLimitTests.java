package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.resilience.Remaining.Quota;
import io.cortexreactive.resilience.ResilienceTests.Passing;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** What calls take from a rate limit, what they give back, and how long a service may stop them. */
class RateLimitTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A hundred tokens at once, ten a second. */
    private static final RateLimitPolicy TOKENS =
            RateLimitPolicy.AS_TOLD.withTokensPerMinute(600).withMaxWait(Duration.ofSeconds(10));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicInteger calls = new AtomicInteger();

    private Resilience limited(RateLimitPolicy limit) {
        return Resilience.of(ResiliencePolicy.builder().rateLimit(limit).build(), time);
    }

    private static ResilientCall<String> tokens(long expected, Flux<String> call) {
        return ResilientCall.of(call).withTokens(expected, element -> -1);
    }

    private ResilientCall<String> counted() {
        return ResilientCall.of(Flux.defer(() -> Flux.just("call " + calls.incrementAndGet())));
    }

    private static void expectAdmitted(Flux<String> call) {
        StepVerifier.create(call).expectNextCount(1).verifyComplete();
    }

    private static void expectRefused(Flux<String> call) {
        StepVerifier.create(call).verifyError(RateLimitReachedException.class);
    }

    @Test
    void callsCancelledWhileTheyWaitGiveBackTheirRequests() {
        Resilience resilience = limited(RateLimitPolicy.requestsPerMinute(10));
        expectAdmitted(resilience.protect(counted()));
        for (int i = 0; i < 100; i++) {
            resilience.protect(counted()).subscribe().dispose();
        }
        resilience.protect(counted()).subscribe();
        time.advanceTimeBy(Duration.ofSeconds(6));

        assertThat(calls).hasValue(2);
    }

    @Test
    void callsCancelledWhileTheyWaitGiveBackTheirTokens() {
        Resilience resilience = limited(TOKENS);
        expectAdmitted(resilience.protect(tokens(60, Flux.just("a"))));
        for (int i = 0; i < 100; i++) {
            resilience.protect(tokens(60, Flux.just("a"))).subscribe().dispose();
        }
        resilience.protect(counted().withTokens(60, element -> -1)).subscribe();
        time.advanceTimeBy(Duration.ofSeconds(6));

        assertThat(calls).hasValue(1);
    }

    @Test
    void givingBackDoesNotShortenAPauseOfTheService() {
        Resilience resilience = limited(RateLimitPolicy.requestsPerMinute(1).withMaxWait(Duration.ofMinutes(3)));
        expectAdmitted(resilience.protect(counted()));
        var waiting = resilience.protect(counted()).subscribe();
        resilience.pause(MINUTE.plusSeconds(30));
        waiting.dispose();
        resilience.protect(counted()).subscribe();
        time.advanceTimeBy(Duration.ofSeconds(89));

        assertThat(calls).hasValue(1);
    }

    @Test
    void callsRefusedBeforeOutputGiveBackTheirTokens() {
        Resilience resilience = limited(TOKENS);
        for (int i = 0; i < 100; i++) {
            StepVerifier.create(resilience.protect(tokens(60, Flux.error(new Passing(null)))))
                    .verifyError(Passing.class);
        }

        expectAdmitted(resilience.protect(tokens(60, Flux.just("a"))));
    }

    @Test
    void callsRefusedBeforeOutputHaveUsedARequest() {
        Resilience resilience = limited(RateLimitPolicy.requestsPerMinute(1).withMaxWait(Duration.ofSeconds(10)));
        StepVerifier.create(resilience.protect(ResilientCall.of(Flux.error(new Passing(null)))))
                .verifyError(Passing.class);

        expectRefused(resilience.protect(counted()));
    }

    @Test
    void callsThatFailAfterOutputKeepTheirTokens() {
        Resilience resilience = limited(TOKENS);
        Flux<String> broken = Flux.concat(Flux.just("a"), Flux.error(new Passing(null)));
        StepVerifier.create(resilience.protect(tokens(200, broken)))
                .expectNext("a")
                .verifyError(Passing.class);

        expectRefused(resilience.protect(tokens(60, Flux.just("a"))));
    }

    @Test
    void callsCancelledAfterTheyWereSentKeepTheirTokens() {
        Resilience resilience = limited(TOKENS);
        resilience.protect(tokens(200, Flux.never())).subscribe().dispose();

        expectRefused(resilience.protect(tokens(60, Flux.just("a"))));
    }

    @Test
    void callsThatFoundNoPlaceGiveBackAll() {
        ResiliencePolicy policy = ResiliencePolicy.builder()
                .rateLimit(new RateLimitPolicy(60, 600, Duration.ZERO))
                .bulkhead(new BulkheadPolicy(1, 1, MINUTE))
                .build();
        Resilience resilience = Resilience.of(policy, time);
        var inside = resilience.protect(ResilientCall.of(Flux.never())).subscribe();
        resilience.protect(tokens(30, Flux.just("waits"))).subscribe();
        for (int i = 0; i < 100; i++) {
            StepVerifier.create(resilience.protect(tokens(30, Flux.just("a"))))
                    .verifyError(BulkheadFullException.class);
        }
        inside.dispose();

        expectAdmitted(resilience.protect(tokens(30, Flux.just("a"))));
    }

    @Test
    void callsCancelledWhileTheyWaitForAPlaceGiveBackAll() {
        ResiliencePolicy policy = ResiliencePolicy.builder()
                .rateLimit(new RateLimitPolicy(60, 600, Duration.ZERO))
                .bulkhead(new BulkheadPolicy(1, 1, MINUTE))
                .build();
        Resilience resilience = Resilience.of(policy, time);
        var inside = resilience.protect(ResilientCall.of(Flux.never())).subscribe();
        for (int i = 0; i < 100; i++) {
            resilience.protect(tokens(30, Flux.just("a"))).subscribe().dispose();
        }
        inside.dispose();

        expectAdmitted(resilience.protect(tokens(30, Flux.just("a"))));
    }

    @Test
    void leftTokensThatTheServiceToldAreNotGivenBack() {
        Resilience resilience = limited(TOKENS);
        Flux<String> refused = Flux.<String>error(new Passing(null))
                .doOnError(error ->
                        resilience.adopt(new Remaining(null, new Quota(0, Duration.ofSeconds(8)), Duration.ZERO)));
        StepVerifier.create(resilience.protect(tokens(50, refused))).verifyError(Passing.class);
        resilience.protect(counted().withTokens(1, element -> -1)).subscribe();
        time.advanceTimeBy(Duration.ofSeconds(7));

        assertThat(calls).hasValue(0);
    }

    @Test
    void absurdResetIsNotWaitedFor() {
        Resilience resilience = limited(RateLimitPolicy.requestsPerMinute(60).withMaxWait(Duration.ofMinutes(10)));
        resilience.adopt(new Remaining(new Quota(0, Duration.ofDays(400)), null, Duration.ZERO));
        resilience.protect(counted()).subscribe();
        time.advanceTimeBy(Duration.ofMinutes(2).plusSeconds(1));

        assertThat(calls).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({"PT2M,", "PT10S, PT10S"})
    void pauseIsBounded(Duration longest, @Nullable Duration cap) {
        RetryPolicy retry = cap == null ? null : RetryPolicy.DEFAULTS.withRetryAfterCap(cap);
        ResiliencePolicy policy = ResiliencePolicy.builder()
                .retry(retry)
                .rateLimit(RateLimitPolicy.AS_TOLD.withMaxWait(Duration.ofMinutes(10)))
                .build();
        Resilience resilience = Resilience.of(policy, time);
        StepVerifier.create(resilience.protect(ResilientCall.of(Flux.error(new Passing(Duration.ofDays(400))))))
                .verifyError(Passing.class);
        resilience.pause(Duration.ofDays(400));
        resilience.protect(counted()).subscribe();
        time.advanceTimeBy(longest.minusSeconds(1));
        int before = calls.get();
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(before).isZero();
        assertThat(calls).hasValue(1);
    }

    @Test
    void refusalTellsTheWholeWait() {
        Resilience resilience = limited(RateLimitPolicy.requestsPerMinute(10).withMaxWait(Duration.ofSeconds(5)));
        expectAdmitted(resilience.protect(counted()));

        StepVerifier.create(resilience.protect(counted()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining("would wait 6000 ms, and may wait 5000 ms")
                        .isInstanceOfSatisfying(
                                RateLimitReachedException.class,
                                refused -> assertThat(refused.retryAfter()).hasValue(Duration.ofSeconds(6))));
    }

    @ParameterizedTest
    @ValueSource(longs = {2_000_000_000L, 900_000_000_000_000L, Long.MAX_VALUE})
    void absurdUsageStopsCallsForAMinuteAtMost(long told) {
        Resilience resilience =
                limited(RateLimitPolicy.AS_TOLD.withTokensPerMinute(200).withMaxWait(Duration.ofMinutes(2)));
        expectAdmitted(resilience.protect(ResilientCall.of(Flux.just("a")).withTokens(1, element -> told)));
        resilience.protect(counted().withTokens(1, element -> -1)).subscribe();
        time.advanceTimeBy(Duration.ofSeconds(50));
        int before = calls.get();
        time.advanceTimeBy(Duration.ofSeconds(11));

        assertThat(before).isZero();
        assertThat(calls).hasValue(1);
    }

    @Test
    void requestBeyondAllMeasureDoesNotOverflow() {
        Resilience resilience = limited(RateLimitPolicy.AS_TOLD.withTokensPerMinute(1));
        expectAdmitted(resilience.protect(tokens(Long.MAX_VALUE, Flux.just("a"))));

        expectRefused(resilience.protect(tokens(1, Flux.just("a"))));
    }
}
