package io.cortexreactive.resilience;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * What one attempt takes from a rate limit, and gives back: all of it if nothing was sent, its tokens if it failed
 * before output. An attempt that was cancelled after it was sent, or failed after output, keeps the estimate, since the
 * service counts it too. For one subscription.
 */
final class Charge<T> {

    private final RateLimiter limits;
    private final ResilientCall<T> call;
    private final AtomicBoolean ended = new AtomicBoolean();

    private volatile boolean sent;
    private volatile boolean answered;

    Charge(RateLimiter limits, ResilientCall<T> call) {
        this.limits = limits;
        this.call = call;
    }

    /** @param protection what the call goes through once it is admitted */
    Flux<T> around(UnaryOperator<Flux<T>> protection) {
        Flux<T> watched = protection
                .apply(call.call().doOnSubscribe(subscription -> sent = true))
                .doOnNext(this::read)
                .doOnError(error -> failed())
                .doOnCancel(this::cancelled);
        return limits.admit(call.tokens()).thenMany(watched);
    }

    private void read(T element) {
        answered = true;
        long used = call.tokensUsed().applyAsLong(element);
        if (used >= 0) {
            limits.settle(call.tokens(), used);
        }
    }

    private void failed() {
        if (!answered && ended.compareAndSet(false, true)) {
            limits.giveBack(sent ? 0 : 1, call.tokens());
        }
    }

    private void cancelled() {
        if (!sent && ended.compareAndSet(false, true)) {
            limits.giveBack(1, call.tokens());
        }
    }
}
