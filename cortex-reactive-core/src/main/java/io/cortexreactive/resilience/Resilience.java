package io.cortexreactive.resilience;

import io.cortexreactive.error.Transient;
import io.cortexreactive.resilience.RetryPolicy.Budget;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
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
    private final List<Part> parts;

    /**
     * @param whole whom the calls go to; its text is for errors alone
     * @param branch the part of it that a circuit breaker is for; the same where there is none
     * @param memory keeps what the parts of a policy remember
     */
    Resilience(Object whole, Object branch, ResiliencePolicy policy, Scheduler timer, Memory memory) {
        this.policy = policy;
        this.timer = timer;
        Budget retries = policy.retry() == null ? null : policy.retry().budget();
        budget = memory.part(whole, retries, RetryBudget.class, settings -> new RetryBudget(settings, this::nanos));
        breaker = memory.part(
                branch, policy.circuitBreaker(), Breaker.class, settings -> new Breaker(branch, settings, timer));
        bulkhead =
                memory.part(whole, policy.bulkhead(), Bulkhead.class, settings -> new Bulkhead(whole, settings, timer));
        limiter = memory.part(
                whole, policy.rateLimit(), RateLimiter.class, settings -> new RateLimiter(whole, settings, timer));
        parts = Stream.of(
                        Optional.ofNullable(budget),
                        Optional.ofNullable(breaker),
                        Optional.ofNullable(bulkhead),
                        Optional.ofNullable(limiter))
                .<Part>flatMap(Optional::stream)
                .toList();
    }

    private long nanos() {
        return timer.now(TimeUnit.NANOSECONDS);
    }

    /** Where the parts of policies keep what they remember. */
    @FunctionalInterface
    interface Memory {

        /** Remembers nothing yet. */
        Memory NEW = (whose, settings, make) -> make.get();

        /** What there is for these settings, made if there is nothing. */
        Part of(Object whose, Object settings, Supplier<? extends Part> make);

        /** Null for a part that the policy leaves out. */
        default <P, S extends Part> @Nullable S part(
                Object whose, @Nullable P settings, Class<S> type, Function<P, S> make) {
            return settings == null ? null : type.cast(of(whose, settings, () -> make.apply(settings)));
        }
    }

    /** Remembers nothing yet; waits on {@link Schedulers#parallel()}. */
    public static Resilience of(ResiliencePolicy policy) {
        return of(policy, Schedulers.parallel());
    }

    /** Remembers nothing yet; waits on and tells the time by this timer. */
    public static Resilience of(ResiliencePolicy policy, Scheduler timer) {
        return new Resilience("the service", "the service", policy, timer, Memory.NEW);
    }

    /**
     * The protected call. Cold. From outside in: deadline, retry, rate limit, bulkhead, circuit breaker, hedge, so each
     * attempt has to be admitted. Demand goes through as it is; a cancel ends waits and the call, and frees its place.
     * Elements come on the call's own thread. Fails with the call's last error, or with
     * {@link RateLimitReachedException}, {@link BulkheadFullException}, {@link CircuitOpenException}.
     */
    public <T> Flux<T> protect(ResilientCall<T> call) {
        return held(timed(call, retried(call, admitted(call))));
    }

    /** While a call waits for its next attempt, too, nothing of what it keeps to may be forgotten. */
    private <T> Flux<T> held(Flux<T> call) {
        return Flux.defer(() -> {
            parts.forEach(Part::enter);
            return Relay.on(call, Held::new);
        });
    }

    /** Until it is over. */
    private final class Held<T> extends Relay<T> {

        Held(CoreSubscriber<? super T> actual) {
            super(actual);
        }

        @Override
        public void onNext(T element) {
            actual.onNext(element);
        }

        @Override
        protected void over() {
            parts.forEach(Part::leave);
        }
    }

    private <T> Flux<T> retried(ResilientCall<T> call, Flux<T> attempt) {
        RetryPolicy retry = policy.retry();
        RetryBudget left = budget;
        return retry == null || left == null
                ? attempt
                : Flux.defer(
                        () -> new Retrying<>(retry, left, attempt, call.restart(), policy.deadline(), timer).run());
    }

    private <T> Flux<T> timed(ResilientCall<T> call, Flux<T> all) {
        Duration time = policy.deadline();
        return time == null
                ? all
                : Flux.deferContextual(context -> within(Deadline.within(context, time), time, call, all));
    }

    private <T> Flux<T> within(Deadline deadline, Duration time, ResilientCall<T> call, Flux<T> all) {
        Mono<?> signal = Mono.delay(time, timer).doOnNext(tick -> deadline.pass());
        return Cutoff.on(all, call.last(), signal, deadline::error).contextWrite(deadline::write);
    }

    /**
     * The service has said that it wants no calls for this long. Counts up to the retry policy's cap, two minutes
     * without one, since one wrong answer must not stop all calls for longer. Does nothing without a rate limit.
     */
    public void pause(Duration duration) {
        if (limiter != null) {
            limiter.pause(believed(duration));
        }
    }

    private Duration believed(Duration time) {
        Duration most = (policy.retry() == null ? RetryPolicy.DEFAULTS : policy.retry()).retryAfterCap();
        return time.compareTo(most) < 0 ? time : most;
    }

    /**
     * The service has said what is left of its limits. Times count up to the cap that {@link #pause} has. Does nothing
     * without a rate limit.
     */
    public void adopt(Remaining left) {
        if (limiter != null) {
            limiter.adopt(left.within(this::believed));
        }
    }

    private <T> Flux<T> contained(Flux<T> call) {
        Flux<T> watched = breaker == null ? call : breaker.protect(call);
        return bulkhead == null ? watched : bulkhead.protect(watched);
    }

    private <T> Flux<T> admitted(ResilientCall<T> call) {
        RateLimiter limits = limiter;
        return limits == null
                ? contained(hedged(call.call()))
                : Flux.defer(() -> new Charge<>(limits, call).around(sent -> contained(hedged(sent))))
                        .doOnError(this::pause);
    }

    private void pause(Throwable error) {
        if (error instanceof Transient passing && !(error instanceof NotAdmitted)) {
            passing.retryAfter().ifPresent(this::pause);
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
