package io.cortexreactive.memory;

import io.cortexreactive.resilience.Detached;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * One run's hold on a conversation: its turn in this process, then the lease in the store, which other processes ask
 * for. The store's check of positions guards what is appended, even where a lease has been lost unnoticed.
 */
final class Hold {

    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 1_000;

    /** So that it is tried twice before it is lost. */
    private static final int RENEWALS = 3;

    private final ConversationStore store;
    private final ConversationKey key;
    private final Duration ttl;
    private final Scheduler timer;
    private final Turns.Turn turn;
    private final String holder = Tenancy.newCorrelationId();
    private volatile long renewedMillis;

    /** Completes when it is released and the store has answered all that it was asked. */
    private final Sinks.Empty<Void> answered = Sinks.empty();

    private boolean asked;
    private int unanswered;
    private boolean released;

    /** Stands in line from here on, until it is released. */
    Hold(ConversationStore store, ConversationKey key, Duration ttl, Scheduler timer, Turns turns) {
        this.store = store;
        this.key = key;
        this.ttl = ttl;
        this.timer = timer;
        turn = turns.join(key);
    }

    ConversationStore store() {
        return store;
    }

    ConversationKey key() {
        return key;
    }

    /** Completes when the conversation is this run's. */
    Mono<Void> take(WhenBusy whenBusy, Duration atMost) {
        Mono<Void> busy = Mono.error(() -> new ConversationBusyException(key));
        Mono<Void> taken = whenBusy == WhenBusy.WAIT
                ? turn.come(timer).then(untilTaken(ask()))
                : Mono.defer(() -> turn.hasCome() ? ask() : Mono.just(false))
                        .flatMap(mine -> mine ? Mono.empty() : busy);
        return taken.timeout(atMost, busy, timer);
    }

    /** Another process's run does not say when it ends. */
    private Mono<Void> untilTaken(Mono<Boolean> lease) {
        return lease.filter(Boolean::booleanValue)
                .repeatWhenEmpty(tries -> tries.concatMap(count -> Mono.delay(pause(count), timer)))
                .then();
    }

    private static Duration pause(long count) {
        long most = Math.min(FIRST_PAUSE_MILLIS << Math.min(count, 10), LONGEST_PAUSE_MILLIS);
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
    }

    /**
     * A run that is cancelled meanwhile cannot call back what the store was sent, and would leave a lease that nobody
     * gives back. So that goes on, and giving back waits for it.
     */
    private Mono<Boolean> ask() {
        return Mono.defer(() -> begin() ? Detached.run(sent()) : Mono.just(true));
    }

    private synchronized boolean begin() {
        if (!released) {
            asked = true;
            unanswered++;
        }
        return !released;
    }

    private Mono<Boolean> sent() {
        long now = timer.now(TimeUnit.MILLISECONDS);
        return Mono.defer(() -> store.acquire(key, holder, ttl))
                .doOnNext(taken -> renewed(taken, now))
                .doOnTerminate(this::answered);
    }

    private void answered() {
        if (isLast()) {
            answered.tryEmitEmpty();
        }
    }

    private synchronized boolean isLast() {
        unanswered--;
        return released && unanswered == 0;
    }

    private void renewed(boolean taken, long askedMillis) {
        if (taken) {
            renewedMillis = askedMillis;
        }
    }

    /** Renews the lease if a third of its time has passed. */
    Mono<Void> renewIfDue() {
        return Mono.defer(() -> {
            long age = timer.now(TimeUnit.MILLISECONDS) - renewedMillis;
            return age < third().toMillis() ? Mono.empty() : renew();
        });
    }

    /**
     * Fails only where somebody else has the lease. A store that does not answer may do so the next time, and until
     * then nobody else gets an answer either.
     */
    Mono<Void> renew() {
        return ask().timeout(third(), Mono.empty(), timer)
                .onErrorComplete()
                .flatMap(held -> held ? Mono.empty() : Mono.error(() -> new ConversationChangedException(key)));
    }

    /** Renews as time goes by. Never completes. */
    Flux<Void> renewals() {
        return Flux.interval(third(), timer).onBackpressureDrop().concatMap(tick -> renew(), 1);
    }

    private Duration third() {
        return ttl.dividedBy(RENEWALS);
    }

    /** Gives the lease back, and the turn in any case: a lease that stays is over in a while. Idempotent. */
    Mono<Void> release() {
        return Mono.defer(() -> end() ? giveBack().doOnTerminate(turn::leave).doOnCancel(turn::leave) : Mono.empty());
    }

    private synchronized boolean end() {
        boolean first = !released;
        released = true;
        if (unanswered == 0) {
            answered.tryEmitEmpty();
        }
        return first;
    }

    private Mono<Void> giveBack() {
        return answered.asMono()
                .then(Mono.defer(() -> isAsked() ? store.release(key, holder) : Mono.empty()))
                .timeout(third(), Mono.empty(), timer)
                .onErrorComplete();
    }

    private synchronized boolean isAsked() {
        return asked;
    }
}
