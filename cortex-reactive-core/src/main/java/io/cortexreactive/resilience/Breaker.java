package io.cortexreactive.resilience;

import io.cortexreactive.error.Transient;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Resilience4j's circuit breaker around a stream, with a timer's clock. */
final class Breaker {

    private static final float PERCENT = 100;

    private final Object service;
    private final CircuitBreaker breaker;
    private final Duration openFor;
    private final Scheduler timer;

    private volatile long openUntil;

    Breaker(Object service, CircuitBreakerPolicy policy, Scheduler timer) {
        this.service = service;
        this.timer = timer;
        openFor = policy.openFor();
        breaker = CircuitBreaker.of(
                service.toString(),
                CircuitBreakerConfig.custom()
                        .failureRateThreshold((float) (policy.failureRate() * PERCENT))
                        .slidingWindow(
                                policy.calls(),
                                policy.calls(),
                                SlidingWindowType.COUNT_BASED,
                                CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.LOCK_FREE)
                        .waitDurationInOpenState(policy.openFor())
                        .permittedNumberOfCallsInHalfOpenState(policy.trials())
                        .recordException(Transient.class::isInstance)
                        .currentTimestampFunction(clock -> now(), TimeUnit.MILLISECONDS)
                        .clock(new TimerClock(timer))
                        .build());
        breaker.getEventPublisher().onStateTransition(this::note);
    }

    private void note(CircuitBreakerOnStateTransitionEvent event) {
        if (event.getStateTransition().getToState() == State.OPEN) {
            openUntil = now() + openFor.toMillis();
        }
    }

    private Duration left() {
        return Duration.ofMillis(Math.max(0, openUntil - now()));
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    <T> Flux<T> protect(Flux<T> call) {
        return Flux.defer(() ->
                breaker.tryAcquirePermission() ? watched(call) : Flux.error(new CircuitOpenException(service, left())));
    }

    private <T> Flux<T> watched(Flux<T> call) {
        long start = now();
        AtomicBoolean told = new AtomicBoolean();
        return call.doOnComplete(() -> {
                    if (told.compareAndSet(false, true)) {
                        breaker.onSuccess(now() - start, TimeUnit.MILLISECONDS);
                    }
                })
                .doOnError(error -> {
                    if (told.compareAndSet(false, true)) {
                        breaker.onError(now() - start, TimeUnit.MILLISECONDS, error);
                    }
                })
                .doOnCancel(() -> {
                    if (told.compareAndSet(false, true)) {
                        breaker.releasePermission();
                    }
                });
    }
}
