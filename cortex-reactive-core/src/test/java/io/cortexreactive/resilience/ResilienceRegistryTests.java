package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(registry.size()).isBetween(1L, 10_000L);

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
}
