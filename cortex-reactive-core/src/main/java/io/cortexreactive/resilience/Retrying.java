package io.cortexreactive.resilience;

import io.cortexreactive.error.Transient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** One call with its attempts, for one subscription. */
final class Retrying<T> {

    private final RetryPolicy policy;
    private final RetryBudget budget;
    private final Flux<T> call;
    private final @Nullable Function<Restart, T> restart;
    private final Scheduler timer;
    private final long deadline;

    private volatile boolean emitted;

    /**
     * @param call each subscription is an attempt
     * @param restart makes the element that tells the consumer to discard what it got; null if it would not know
     * @param within the time all attempts have together; null for no limit
     */
    Retrying(
            RetryPolicy policy,
            RetryBudget budget,
            Flux<T> call,
            @Nullable Function<Restart, T> restart,
            @Nullable Duration within,
            Scheduler timer) {
        this.policy = policy;
        this.budget = budget;
        this.call = call;
        this.restart = restart;
        this.timer = timer;
        deadline = within == null ? Long.MAX_VALUE : now() + within.toMillis();
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    Flux<T> run() {
        budget.deposit();
        return attempt(1, null);
    }

    /** @param reason why there is another attempt; null for the first */
    private Flux<T> attempt(int number, @Nullable Throwable reason) {
        return Relay.on(call, actual -> new Attempt(actual, reason)).onErrorResume(error -> after(number, error));
    }

    /** Notes whether it gave something. */
    private final class Attempt extends Relay<T> {

        private final @Nullable Throwable reason;

        Attempt(CoreSubscriber<? super T> actual, @Nullable Throwable reason) {
            super(actual);
            this.reason = reason;
        }

        @Override
        public void onNext(T element) {
            if (!emitted) {
                emitted = true;
            }
            actual.onNext(element);
        }

        @Override
        protected Throwable failed(Throwable error) {
            if (error instanceof NotAdmitted) {
                explain(error, reason);
            }
            return error;
        }
    }

    /** That there was no further attempt must not hide what the service said to the one before. */
    private static void explain(Throwable error, @Nullable Throwable reason) {
        if (reason != null && reason != error) {
            error.addSuppressed(reason);
        }
    }

    private Flux<T> after(int number, Throwable error) {
        Duration delay = delayBefore(number + 1, error);
        if (number >= policy.maxAttempts() || delay == null || (emitted && restart == null) || !budget.withdraw()) {
            return Flux.error(error);
        }
        return Mono.delay(delay, timer).thenMany(Flux.defer(() -> again(number + 1, error)));
    }

    private Flux<T> again(int number, Throwable reason) {
        Function<Restart, T> marker = restart;
        if (!emitted || marker == null) {
            return attempt(number, reason);
        }
        emitted = false;
        return Flux.concat(Mono.just(marker.apply(new Restart(number, reason))), attempt(number, reason));
    }

    /**
     * How long to wait; null if there should be no further attempt. What the service asks for comes on top of the own
     * delay: it may ask for nothing, and asks all that it refuses at once for the same.
     */
    private @Nullable Duration delayBefore(int attempt, Throwable error) {
        if (!(error instanceof Transient passing) || error instanceof NotAdmitted) {
            return null;
        }
        Optional<Duration> asked = passing.retryAfter();
        if (asked.isPresent() && asked.get().compareTo(policy.retryAfterCap()) > 0) {
            return null;
        }
        Duration delay = policy.delayBefore(attempt).plus(asked.orElse(Duration.ZERO));
        return deadline - now() > delay.toMillis() ? delay : null;
    }
}
