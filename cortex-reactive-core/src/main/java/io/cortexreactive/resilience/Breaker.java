package io.cortexreactive.resilience;

import io.cortexreactive.error.Transient;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/** Resilience4j's circuit breaker around a stream, with a timer's clock. */
final class Breaker extends Part {

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
                                policy.calls(), policy.calls(), SlidingWindowType.COUNT_BASED, synchronization(policy))
                        .waitDurationInOpenState(policy.openFor())
                        .permittedNumberOfCallsInHalfOpenState(policy.trials())
                        .recordException(Transient.class::isInstance)
                        .currentTimestampFunction(clock -> now(), TimeUnit.MILLISECONDS)
                        .clock(new TimerClock(timer))
                        .build());
        breaker.getEventPublisher().onStateTransition(this::note);
    }

    /** A window of one call fails when it goes on without locks (resilience4j 2.4.0). */
    private static SlidingWindowSynchronizationStrategy synchronization(CircuitBreakerPolicy policy) {
        return policy.calls() == 1
                ? SlidingWindowSynchronizationStrategy.SYNCHRONIZED
                : SlidingWindowSynchronizationStrategy.LOCK_FREE;
    }

    private void note(CircuitBreakerOnStateTransitionEvent event) {
        if (event.getStateTransition().getToState() == State.OPEN) {
            openUntil = now() + openFor.toMillis();
        }
    }

    @Override
    public boolean holdsBack() {
        return breaker.getState() == State.OPEN && !left().isZero();
    }

    private Duration left() {
        return Duration.ofMillis(Math.max(0, openUntil - now()));
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    <T> Flux<T> protect(Flux<T> call) {
        return Flux.deferContextual(context -> breaker.tryAcquirePermission()
                ? watched(call, Deadline.of(context))
                : Flux.error(new CircuitOpenException(service, left())));
    }

    /**
     * The first element of a trial shows that the service works again: to wait for its last one would keep all others
     * out for as long as it streams.
     */
    private <T> Flux<T> watched(Flux<T> call, @Nullable Deadline deadline) {
        Permission permission = new Permission(deadline);
        Flux<T> trial = breaker.getState() == State.HALF_OPEN ? call.doOnNext(element -> permission.answered()) : call;
        return trial.doOnComplete(permission::succeeded)
                .doOnError(permission::failed)
                .doOnCancel(permission::cancelled);
    }

    /** One call that was let through, and what has been told of it. */
    private final class Permission {

        private static final int UNDER_WAY = 0;
        private static final int ANSWERED = 1;
        private static final int ENDED = 2;

        private final long start = now();
        private final AtomicInteger state = new AtomicInteger(UNDER_WAY);
        private final @Nullable Deadline deadline;

        Permission(@Nullable Deadline deadline) {
            this.deadline = deadline;
        }

        void answered() {
            if (state.compareAndSet(UNDER_WAY, ANSWERED)) {
                breaker.onSuccess(now() - start, TimeUnit.MILLISECONDS);
            }
        }

        void succeeded() {
            if (state.getAndSet(ENDED) == UNDER_WAY) {
                breaker.onSuccess(now() - start, TimeUnit.MILLISECONDS);
            }
        }

        void failed(Throwable error) {
            if (state.getAndSet(ENDED) != ENDED) {
                breaker.onError(now() - start, TimeUnit.MILLISECONDS, error);
            }
        }

        /** By a deadline, the service was too slow; by the caller, nothing is known of it. */
        void cancelled() {
            Optional<DeadlineExceededException> tooSlow = Deadline.exceeded(deadline);
            if (tooSlow.isPresent()) {
                failed(tooSlow.get());
            } else if (state.getAndSet(ENDED) == UNDER_WAY) {
                breaker.releasePermission();
            }
        }
    }
}
