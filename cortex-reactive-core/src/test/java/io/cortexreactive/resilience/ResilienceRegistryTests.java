package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.resilience.ResilienceTests.Passing;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class ResilienceRegistryTests {

    private static final RateLimitPolicy ONE =
            RateLimitPolicy.requestsPerMinute(1).withMaxWait(Duration.ZERO);
    private static final ResiliencePolicy POLICY = ResiliencePolicy.DEFAULTS.toBuilder()
            .circuitBreaker(CircuitBreakerPolicy.DEFAULTS)
            .rateLimit(ONE)
            .bulkhead(BulkheadPolicy.maxConcurrent(5))
            .build();

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ResilienceRegistry registry = ResilienceRegistry.create(() -> time.now(TimeUnit.NANOSECONDS), time);

    private StepVerifier.FirstStep<String> call(Object key, ResiliencePolicy policy) {
        return StepVerifier.create(registry.of(key, policy).protect(ResilientCall.of(Flux.just("a"))));
    }

    @Test
    void hundredThousandTenantsAreNotRememberedForever() {
        IntStream.range(0, 100_000).forEach(tenant -> registry.of("tenant " + tenant, POLICY));
        assertThat(registry.size()).isBetween(1, 10_000);

        time.advanceTimeBy(Duration.ofMinutes(61));
        assertThat(registry.size()).isZero();
    }

    @Test
    void whatIsUsedIsKept() {
        call("acme", POLICY).expectNext("a").verifyComplete();
        for (int tenant = 0; tenant < 20_000; tenant++) {
            registry.of("tenant " + tenant, POLICY);
            registry.of("acme", POLICY);
        }

        call("acme", POLICY).verifyError(RateLimitReachedException.class);
    }

    @Test
    void policiesShareThePartsTheyHaveInCommon() {
        call("acme", POLICY).expectNext("a").verifyComplete();

        call("acme", POLICY.toBuilder().deadline(Duration.ofMinutes(1)).build())
                .verifyError(RateLimitReachedException.class);
        call("acme", POLICY.toBuilder().rateLimit(ONE.withRequestsPerMinute(2)).build())
                .expectNext("a")
                .verifyComplete();
        call("globex", POLICY).expectNext("a").verifyComplete();
    }

    @Test
    void errorsNameWhoseLimitItIs() {
        call("acme", POLICY).expectNext("a").verifyComplete();

        call("acme", POLICY).verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("calls to acme"));
    }

    private static final ResiliencePolicy ONE_A_MINUTE =
            ResiliencePolicy.builder().rateLimit(ONE).build();

    private void meanwhile(int others) {
        IntStream.range(0, others).forEach(tenant -> registry.of("tenant " + tenant, POLICY));
    }

    @Test
    void newcomersKeepToTheirLimits() {
        meanwhile(10_000);
        IntStream.range(0, 1_000).forEach(tenant -> {
            call("new " + tenant, ONE_A_MINUTE).expectNext("a").verifyComplete();
            call("new " + tenant, ONE_A_MINUTE).verifyError(RateLimitReachedException.class);
        });
    }

    @Test
    void whatHoldsCallsBackIsKept() {
        call("acme", ONE_A_MINUTE).expectNext("a").verifyComplete();
        meanwhile(20_000);
        call("acme", ONE_A_MINUTE).verifyError(RateLimitReachedException.class);

        time.advanceTimeBy(Duration.ofMinutes(61));
        assertThat(registry.size()).isZero();
    }

    @Test
    void whatHoldsCallsBackIsBoundedToo() {
        IntStream.range(0, 110_000)
                .forEach(tenant -> registry.of(tenant, ONE_A_MINUTE)
                        .protect(ResilientCall.of(Flux.just("a")))
                        .subscribe());

        assertThat(registry.size()).isBetween(90_000, 100_000);
    }

    @Test
    void whatHasCallsUnderWayIsKept() {
        ResiliencePolicy alone = ResiliencePolicy.builder()
                .bulkhead(new BulkheadPolicy(1, 0, Duration.ofMinutes(1)))
                .build();
        var inside = registry.of("acme", alone)
                .protect(ResilientCall.of(Flux.never()))
                .subscribe();
        meanwhile(20_000);
        time.advanceTimeBy(Duration.ofMinutes(61));
        meanwhile(1);
        call("acme", alone).verifyError(BulkheadFullException.class);
        inside.dispose();

        time.advanceTimeBy(Duration.ofMinutes(61));
        assertThat(registry.size()).isZero();
    }

    @Test
    void branchHasABreakerOfItsOwnAndSharesTheLimits() {
        ResiliencePolicy policy = ResiliencePolicy.builder()
                .circuitBreaker(new CircuitBreakerPolicy(0.5, 1, Duration.ofMinutes(1), 1))
                .rateLimit(RateLimitPolicy.requestsPerMinute(20).withMaxWait(Duration.ZERO))
                .build();
        StepVerifier.create(registry.of("acme", policy).protect(ResilientCall.of(Flux.error(new Passing(null)))))
                .verifyError(Passing.class);
        Flux<String> small = registry.of("acme", "small", policy).protect(ResilientCall.of(Flux.just("a")));

        StepVerifier.create(small).expectNext("a").verifyComplete();
        StepVerifier.create(small).verifyError(RateLimitReachedException.class);
    }
}
