package io.cortexreactive.provider;

import io.cortexreactive.message.ChatChunk;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * The operator behind {@link StreamTimeouts}. A signal and a check exclude each other through {@code state}, so that
 * the one terminal signal is never concurrent with another.
 */
final class TimedSubscriber implements CoreSubscriber<ChatChunk>, Subscription, Runnable {

    private static final int WAITING = 0;
    private static final int SIGNALLING = 1;
    private static final int SIGNALLING_TOO_LATE = 2;
    private static final int DONE = 3;

    private final CoreSubscriber<? super ChatChunk> actual;
    private final StreamDeadlines deadlines;
    private final Scheduler timer;
    private final LongSupplier clock;
    private final long start;

    private final AtomicInteger state = new AtomicInteger(WAITING);
    private final AtomicLong requested = new AtomicLong();
    private final Disposable.Swap check = Disposables.swap();

    private @Nullable Subscription source;

    /** When the consumer began to wait for the next chunk. */
    private volatile long waitingSince;

    private volatile boolean begun;

    TimedSubscriber(
            CoreSubscriber<? super ChatChunk> actual, StreamDeadlines deadlines, Scheduler timer, LongSupplier clock) {
        this.actual = actual;
        this.deadlines = deadlines;
        this.timer = timer;
        this.clock = clock;
        start = clock.getAsLong();
        waitingSince = start;
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (Operators.validate(source, subscription)) {
            source = subscription;
            actual.onSubscribe(this);
            // Only now, because no signal may come before or beside this one.
            checkIn(Math.min(deadlines.pace, deadlines.total));
        }
    }

    @Override
    public void onNext(ChatChunk chunk) {
        if (!state.compareAndSet(WAITING, SIGNALLING)) {
            Operators.onNextDropped(chunk, currentContext());
            return;
        }
        begun = true;
        deadlines.received(chunk);
        if (requested.get() != Long.MAX_VALUE) {
            requested.decrementAndGet();
        }
        actual.onNext(chunk);
        // From here, because the time that the consumer took is not time that it waited.
        waitingSince = clock.getAsLong();
        signalled();
    }

    private void signalled() {
        if (!state.compareAndSet(SIGNALLING, WAITING) && state.compareAndSet(SIGNALLING_TOO_LATE, DONE)) {
            fail(deadlines.totalExceeded());
        }
    }

    @Override
    public void onError(Throwable error) {
        if (state.getAndSet(DONE) == DONE) {
            Operators.onErrorDropped(error, currentContext());
            return;
        }
        check.dispose();
        actual.onError(error);
    }

    @Override
    public void onComplete() {
        if (state.getAndSet(DONE) != DONE) {
            check.dispose();
            actual.onComplete();
        }
    }

    @Override
    public void request(long n) {
        if (requested.get() == 0) {
            waitingSince = clock.getAsLong();
        }
        if (n > 0) {
            requested.accumulateAndGet(n, Operators::addCap);
        }
        source().request(n);
    }

    @Override
    public void cancel() {
        if (state.getAndSet(DONE) != DONE) {
            check.dispose();
            source().cancel();
        }
    }

    /** Checks the clocks, and comes again when the next of them can have run out. */
    @Override
    public void run() {
        long now = clock.getAsLong();
        long totalLeft = start + deadlines.total - now;
        if (totalLeft <= 0) {
            totalExceeded();
            return;
        }
        long left = deadlines.pace;
        if (requested.get() > 0 && state.get() == WAITING) {
            boolean first = !begun;
            long waitLeft = waitingSince + (first ? deadlines.firstToken : deadlines.idle) - now;
            if (waitLeft <= 0 && state.compareAndSet(WAITING, DONE)) {
                fail(first ? deadlines.firstTokenExceeded() : deadlines.idleExceeded());
                return;
            }
            left = waitLeft > 0 ? Math.min(left, waitLeft) : left;
        }
        checkIn(Math.min(left, totalLeft));
    }

    private void totalExceeded() {
        while (true) {
            if (state.compareAndSet(WAITING, DONE)) {
                fail(deadlines.totalExceeded());
                return;
            }
            // Whoever signals now will end it, since signals must not overlap.
            if (state.compareAndSet(SIGNALLING, SIGNALLING_TOO_LATE) || state.get() != WAITING) {
                return;
            }
        }
    }

    private void checkIn(long nanos) {
        if (state.get() != DONE) {
            check.update(timer.schedule(this, nanos, TimeUnit.NANOSECONDS));
        }
    }

    private void fail(Throwable error) {
        check.dispose();
        source().cancel();
        actual.onError(error);
    }

    private Subscription source() {
        Subscription known = source;
        return known == null ? Operators.emptySubscription() : known;
    }
}
