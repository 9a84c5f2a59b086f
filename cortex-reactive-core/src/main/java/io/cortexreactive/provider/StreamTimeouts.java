package io.cortexreactive.provider;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.resilience.TimeoutPolicy;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Ends a stream of a provider that takes too long, knowing whether anybody is waiting.
 *
 * <ul>
 *   <li>First token: from the first demand until the first chunk; {@link ProviderTimeoutException}.
 *   <li>Idle: between two chunks; {@link StreamStalledException} with what had come.
 *   <li>Total: from subscription until the end, whoever waits; {@link ProviderTimeoutException} with what had come.
 * </ul>
 *
 * <p>The first two clocks stand still while the consumer has no demand, so a paused consumer never times out. On a
 * timeout the source is cancelled, then comes the one error, on the timer's thread. Demand and cancel go to the source
 * as they are. A stream costs one timer task at a time, whatever the number of chunks.
 *
 * <p>Timeouts of one call's own come in its Context: {@link #override}.
 *
 * <p>For authors of providers. The result is for one subscription, as {@code received} is: use it inside
 * {@link Flux#defer}.
 */
public final class StreamTimeouts {

    private static final Object KEY = StreamTimeouts.class;

    private StreamTimeouts() {}

    /**
     * Has the streams subscribed with this Context keep these timeouts, where there are some, instead of those that
     * their provider has: longer ones, too.
     */
    public static Function<Context, Context> override(TimeoutPolicy timeouts) {
        return context -> timeouts.equals(TimeoutPolicy.NONE) ? context : context.put(KEY, timeouts);
    }

    /**
     * Applies the timeouts with the timer of {@link Schedulers#parallel()}.
     *
     * @param received gets every chunk before the consumer does; do not touch it while chunks flow
     * @param failure what is known of the call, asked for only when it has failed
     */
    public static Flux<ChatChunk> apply(
            Flux<ChatChunk> source,
            ProviderTimeouts timeouts,
            ChatAccumulator received,
            Supplier<ProviderFailure> failure) {
        return apply(source, new Deadlines(timeouts, received, failure), Schedulers.parallel(), System::nanoTime);
    }

    /**
     * Applies the timeouts with a timer and clock of one's own, such as virtual time.
     *
     * @param received gets every chunk before the consumer does; do not touch it while chunks flow
     * @param failure what is known of the call, asked for only when it has failed
     * @param timer runs the checks and tells the time
     */
    public static Flux<ChatChunk> apply(
            Flux<ChatChunk> source,
            ProviderTimeouts timeouts,
            ChatAccumulator received,
            Supplier<ProviderFailure> failure,
            Scheduler timer) {
        Deadlines deadlines = new Deadlines(timeouts, received, failure);
        return apply(source, deadlines, timer, () -> timer.now(TimeUnit.NANOSECONDS));
    }

    private static Flux<ChatChunk> apply(
            Flux<ChatChunk> source, Deadlines deadlines, Scheduler timer, LongSupplier clock) {
        return source.transform(Operators.<ChatChunk, ChatChunk>lift((origin, actual) ->
                new TimedSubscriber(actual, deadlines.within(actual.currentContext()), timer, clock)));
    }

    /** The limits of one stream in nanoseconds, and the errors for exceeding them. */
    private static final class Deadlines {

        private final ProviderTimeouts timeouts;
        private final ChatAccumulator received;
        private final Supplier<ProviderFailure> failure;

        final long firstToken;
        final long idle;
        final long total;

        /** The longest time between two checks: a change from one phase to the next is noticed within it. */
        final long pace;

        Deadlines(ProviderTimeouts timeouts, ChatAccumulator received, Supplier<ProviderFailure> failure) {
            this.timeouts = timeouts;
            this.received = received;
            this.failure = failure;
            firstToken = nanos(timeouts.firstToken());
            idle = nanos(timeouts.idle());
            total = nanos(timeouts.total());
            pace = Math.min(firstToken, idle);
        }

        /** These, or others if the call has its own. */
        Deadlines within(Context context) {
            received.join(context);
            TimeoutPolicy own = context.getOrDefault(KEY, null);
            return own == null ? this : new Deadlines(timeouts.with(own), received, failure);
        }

        private static long nanos(Duration duration) {
            // Half the range, so that adding two of them cannot overflow.
            long most = Long.MAX_VALUE / 2;
            return duration.compareTo(Duration.ofNanos(most)) >= 0 ? most : duration.toNanos();
        }

        /** As people write it, such as {@code 4 s}. */
        private static String seconds(Duration duration) {
            return BigDecimal.valueOf(duration.toMillis(), 3)
                            .stripTrailingZeros()
                            .toPlainString() + " s";
        }

        void received(ChatChunk chunk) {
            received.add(chunk);
        }

        Throwable firstTokenExceeded() {
            return new ProviderTimeoutException(
                    "No answer began within " + seconds(timeouts.firstToken()), failure.get(), null);
        }

        Throwable idleExceeded() {
            return new StreamStalledException(
                    "Nothing came for " + seconds(timeouts.idle()) + " although it was waited for",
                    failure.get(),
                    received.partialMessage(),
                    null);
        }

        Throwable totalExceeded() {
            return new ProviderTimeoutException(
                    "The answer took longer than " + seconds(timeouts.total()),
                    failure.get(),
                    received.partialText(),
                    null);
        }
    }

    /**
     * The operator. A signal and a check exclude each other through {@code state}, so that the one terminal signal is
     * never concurrent with another.
     */
    private static final class TimedSubscriber implements CoreSubscriber<ChatChunk>, Subscription, Runnable {

        private static final int WAITING = 0;
        private static final int SIGNALLING = 1;
        private static final int SIGNALLING_TOO_LATE = 2;
        private static final int DONE = 3;

        private static final AtomicLongFieldUpdater<TimedSubscriber> WAITING_SINCE =
                AtomicLongFieldUpdater.newUpdater(TimedSubscriber.class, "waitingSince");

        private final CoreSubscriber<? super ChatChunk> actual;
        private final Deadlines deadlines;
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
                CoreSubscriber<? super ChatChunk> actual, Deadlines deadlines, Scheduler timer, LongSupplier clock) {
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
            if (!begun) {
                begun = true;
            }
            deadlines.received(chunk);
            if (requested.get() != Long.MAX_VALUE) {
                requested.decrementAndGet();
            }
            actual.onNext(chunk);
            // From here, because the time that the consumer took is not time that it waited.
            WAITING_SINCE.lazySet(this, clock.getAsLong());
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
                // Not update, which disposes what it replaces: this task may have run by now, and have set its
                // successor.
                check.replace(timer.schedule(this, nanos, TimeUnit.NANOSECONDS));
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
}
