package io.cortexreactive.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.resilience.ResilienceTests.Passing;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class BulkheadTests {

    private static final int MANY = 20_000;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Resilience resilience = Resilience.of(
            ResiliencePolicy.builder()
                    .bulkhead(new BulkheadPolicy(1, MANY, Duration.ofMinutes(1)))
                    .build(),
            time);

    private void start(Flux<String> call) {
        resilience
                .protect(ResilientCall.of(call))
                .subscribe(element -> {}, error -> failed.incrementAndGet(), completed::incrementAndGet);
    }

    @Test
    void longLineOfCallsThatEndAtOnceIsServed() {
        Sinks.One<String> first = Sinks.one();
        start(first.asMono().flux());
        for (int i = 0; i < MANY; i++) {
            start(Flux.just("a"));
        }
        first.tryEmitError(new Passing(null));

        assertThat(failed).hasValue(1);
        assertThat(completed).hasValue(MANY);
    }

    @Test
    void longLineOfCallsThatFailAtOnceLeavesThePlaceFree() {
        Sinks.One<String> first = Sinks.one();
        start(first.asMono().flux());
        for (int i = 0; i < MANY; i++) {
            start(Flux.error(new Passing(null)));
        }
        first.tryEmitValue("a");

        assertThat(failed).hasValue(MANY);
        StepVerifier.create(resilience.protect(ResilientCall.of(Flux.just("x"))))
                .expectNext("x")
                .verifyComplete();
    }
}
