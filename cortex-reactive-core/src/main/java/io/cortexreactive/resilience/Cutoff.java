package io.cortexreactive.resilience;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Ends what is under way from outside. */
public final class Cutoff {

    private Cutoff() {}

    /**
     * The source until the signal completes; then the source is cancelled, and the error follows. Not simply
     * {@link Flux#takeUntilOther} with an error as the other, because that leaves the source running (reactor-core
     * 3.8.8).
     *
     * @param signal completes when it is time to end; cancelled when the source ends by itself
     */
    public static <T> Flux<T> on(Flux<T> source, Mono<?> signal, Supplier<? extends Throwable> error) {
        return on(source, element -> false, signal, error);
    }

    /**
     * The same, for a source that is whole with its last element, before it completes: from then on it is left alone.
     *
     * @param last whether nothing follows an element but completion
     */
    public static <T> Flux<T> on(
            Flux<T> source, Predicate<? super T> last, Mono<?> signal, Supplier<? extends Throwable> error) {
        return Relay.on(source, actual -> new CutSubscriber<T>(actual, last, error).listeningTo(signal));
    }

    /**
     * The source until the signal completes; then the source is cancelled, and another follows.
     *
     * @param rest what follows, asked for only then; what it sees of the source's doing may still be going on elsewhere
     */
    public static <T> Flux<T> replaced(Flux<T> source, Mono<?> signal, Supplier<? extends Publisher<T>> rest) {
        return Flux.defer(() -> {
            Cut cut = new Cut();
            return on(source, signal, () -> cut).onErrorResume(error -> error == cut, error -> rest.get());
        });
    }

    /** Seen by nobody. */
    @SuppressWarnings("serial") // lives for one subscription
    private static final class Cut extends Exception {

        Cut() {
            super("cut off", null, false, false);
        }
    }

    /**
     * The operator. A signal of the source and the cut exclude each other through {@code state}: a cut that comes while
     * an element is passed on is left to that.
     */
    private static final class CutSubscriber<T> implements CoreSubscriber<T>, Subscription {

        private static final int OPEN = 0;
        private static final int PASSING = 1;
        private static final int PASSING_TOO_LATE = 2;
        private static final int WHOLE = 3;
        private static final int DONE = 4;

        /** No demand is held back any more. */
        private static final long LET_THROUGH = -1;

        private final CoreSubscriber<? super T> actual;
        private final Predicate<? super T> last;
        private final Supplier<? extends Throwable> error;
        private final AtomicInteger state = new AtomicInteger(OPEN);
        private final AtomicLong heldBack = new AtomicLong();
        private final Listener listener = new Listener();

        private volatile @Nullable Subscription source;
        private volatile @Nullable Throwable failure;

        CutSubscriber(
                CoreSubscriber<? super T> actual, Predicate<? super T> last, Supplier<? extends Throwable> error) {
            this.actual = actual;
            this.last = last;
            this.error = error;
        }

        /** To be told before the source is subscribed, which may take its time, or have none left. */
        CutSubscriber<T> listeningTo(Mono<?> signal) {
            actual.onSubscribe(this);
            signal.subscribe(listener);
            return this;
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (Operators.validate(source, subscription)) {
                source = subscription;
                long demand = heldBack.getAndSet(LET_THROUGH);
                if (state.get() == DONE) {
                    subscription.cancel();
                } else if (demand > 0) {
                    subscription.request(demand);
                }
            }
        }

        @Override
        public void onNext(T element) {
            boolean isLast;
            try {
                isLast = last.test(element);
            } catch (Throwable thrown) {
                onError(Operators.onOperatorError(source(), thrown, element, currentContext()));
                return;
            }
            if (!isLast && state.compareAndSet(OPEN, PASSING)) {
                actual.onNext(element);
                passed();
            } else if (isLast ? state.compareAndSet(OPEN, WHOLE) : state.get() == WHOLE) {
                actual.onNext(element);
            } else {
                Operators.onNextDropped(element, currentContext());
            }
        }

        private void passed() {
            if (!state.compareAndSet(PASSING, OPEN) && state.compareAndSet(PASSING_TOO_LATE, DONE)) {
                fail();
            }
        }

        @Override
        public void onError(Throwable failed) {
            if (state.getAndSet(DONE) == DONE) {
                Operators.onErrorDropped(failed, currentContext());
            } else {
                listener.cancel();
                actual.onError(failed);
            }
        }

        @Override
        public void onComplete() {
            if (state.getAndSet(DONE) != DONE) {
                listener.cancel();
                actual.onComplete();
            }
        }

        @Override
        public void request(long n) {
            long held = heldBack.get();
            while (held != LET_THROUGH) {
                if (!Operators.validate(n) || heldBack.compareAndSet(held, Operators.addCap(held, n))) {
                    return;
                }
                held = heldBack.get();
            }
            source().request(n);
        }

        @Override
        public void cancel() {
            if (state.getAndSet(DONE) != DONE) {
                listener.cancel();
                source().cancel();
            }
        }

        private void cut(@Nullable Throwable cause) {
            failure = cause;
            while (true) {
                if (state.compareAndSet(OPEN, DONE)) {
                    fail();
                    return;
                }
                // Whoever passes an element on will end it, since signals must not overlap.
                if (state.compareAndSet(PASSING, PASSING_TOO_LATE) || state.get() != OPEN) {
                    return;
                }
            }
        }

        private void fail() {
            source().cancel();
            Throwable cause = failure;
            actual.onError(cause == null ? error.get() : cause);
        }

        private Subscription source() {
            Subscription known = source;
            return known == null ? Operators.emptySubscription() : known;
        }

        /** Waits for the signal. */
        private final class Listener extends BaseSubscriber<Object> {

            @Override
            public Context currentContext() {
                return actual.currentContext();
            }

            @Override
            protected void hookOnComplete() {
                cut(null);
            }

            @Override
            protected void hookOnError(Throwable failed) {
                cut(failed);
            }
        }
    }
}
