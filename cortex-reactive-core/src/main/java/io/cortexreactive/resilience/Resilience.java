package io.cortexreactive.resilience;

import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A policy at work, with what it remembers of the calls it has seen. Calls that share a service and an account share
 * one of these. Thread-safe.
 */
public final class Resilience {

    private final ResiliencePolicy policy;
    private final Scheduler timer;
    private final @Nullable RetryBudget budget;
    private final @Nullable Breaker breaker;
    private final @Nullable Bulkhead bulkhead;
    private final @Nullable RateLimiter limiter;

    private Resilience(ResiliencePolicy policy, Scheduler timer) {
        this.policy = policy;
        this.timer = timer;
        budget = policy.retry() == null
                ? null
                : new RetryBudget(policy.retry().budget(), () -> timer.now(TimeUnit.NANOSECONDS));
        breaker = policy.circuitBreaker() == null ? null : new Breaker(policy.circuitBreaker(), timer);
        bulkhead = policy.bulkhead() == null ? null : new Bulkhead(policy.bulkhead(), timer);
        limiter = policy.rateLimit() == null ? null : new RateLimiter(policy.rateLimit(), timer);
    }

    /** Remembers nothing yet; waits on {@link Schedulers#parallel()}. */
    public static Resilience of(ResiliencePolicy policy) {
        return new Resilience(policy, Schedulers.parallel());
    }

    /** Remembers nothing yet; waits on and tells the time by this timer. */
    public static Resilience of(ResiliencePolicy policy, Scheduler timer) {
        return new Resilience(policy, timer);
    }

    /**
     * The protected call. Cold. From outside in: deadline, retry, rate limit, bulkhead, circuit breaker, hedge, so each
     * attempt has to be admitted. Demand goes through as it is; a cancel ends waits and the call, and frees its place.
     * Elements come on the call's own thread. Fails with the call's last error, or with
     * {@link RateLimitReachedException}, {@link BulkheadFullException}, {@link CircuitOpenException}.
     */
    public <T> Flux<T> protect(ResilientCall<T> call) {
        Flux<T> attempt = admitted(call, contained(hedged(call.call())));
        return timed(retried(call, attempt));
    }

    private <T> Flux<T> retried(ResilientCall<T> call, Flux<T> attempt) {
        RetryPolicy retry = policy.retry();
        RetryBudget left = budget;
        return retry == null || left == null
                ? attempt
                : Flux.defer(
                        () -> new Retrying<>(retry, left, attempt, call.restart(), policy.deadline(), timer).run());
    }

    private <T> Flux<T> timed(Flux<T> call) {
        Duration deadline = policy.deadline();
        return deadline == null
                ? call
                : Cutoff.on(call, Mono.delay(deadline, timer), () -> new DeadlineExceededException(deadline));
    }

    /** The service has said that it wants no calls for this long. Does nothing without a rate limit. */
    public void pause(Duration duration) {
        if (limiter != null) {
            limiter.pause(duration);
        }
    }

    private <T> Flux<T> contained(Flux<T> call) {
        Flux<T> watched = breaker == null ? call : breaker.protect(call);
        return bulkhead == null ? watched : bulkhead.protect(watched);
    }

    private <T> Flux<T> admitted(ResilientCall<T> call, Flux<T> contained) {
        RateLimiter limits = limiter;
        return limits == null
                ? contained
                : limits.admit(call.tokens())
                        .thenMany(contained)
                        .doOnNext(element -> settle(limits, call, element))
                        .doOnError(error -> pause(limits, error));
    }

    private static <T> void settle(RateLimiter limits, ResilientCall<T> call, T element) {
        long used = call.tokensUsed().applyAsLong(element);
        if (used >= 0) {
            limits.settle(used - call.tokens());
        }
    }

    private static void pause(RateLimiter limits, Throwable error) {
        if (error instanceof Transient passing && !(error instanceof NotAdmitted)) {
            passing.retryAfter().ifPresent(limits::pause);
        }
    }

    private <T> Flux<T> hedged(Flux<T> call) {
        Duration delay = policy.hedgeAfter();
        return delay == null ? call : Flux.defer(() -> race(call, delay));
    }

    private <T> Flux<T> race(Flux<T> call, Duration delay) {
        Sinks.Empty<Void> failed = Sinks.empty();
        Mono<Void> turn = Mono.firstWithSignal(Mono.delay(delay, timer).then(), failed.asMono());
        Flux<T> first = call.doOnError(failed::tryEmitError);
        return Flux.firstWithValue(first, turn.thenMany(call))
                .onErrorMap(NoSuchElementException.class, Resilience::own);
    }

    /** Reactor's own error when neither gave anything says so and no more. */
    private static Throwable own(NoSuchElementException neither) {
        return neither.getCause() == null
                ? neither
                : Exceptions.unwrapMultiple(neither.getCause()).get(0);
    }
}
