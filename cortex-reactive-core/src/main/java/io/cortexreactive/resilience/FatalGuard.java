package io.cortexreactive.resilience;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Makes an error of a stream of what its source throws at whoever subscribes or requests, where that is an error of the
 * virtual machine: Reactor lets such an error through to the thread, and nobody who waits for the stream would hear of
 * it. What is thrown later, on a thread of the source's own, is not seen.
 */
public final class FatalGuard<T> extends MonoOperator<T, T> {

    private final Function<Error, ? extends Throwable> told;

    private FatalGuard(Mono<T> source, Function<Error, ? extends Throwable> told) {
        super(source);
        this.told = told;
    }

    /**
     * Guards a source.
     *
     * @param told makes the stream's error of what was thrown; the source is cancelled before
     */
    public static <T> Mono<T> of(Mono<T> source, Function<Error, ? extends Throwable> told) {
        return new FatalGuard<>(source, told);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Guard<T> guard = new Guard<>(told, actual);
        guard.call(() -> source.subscribe(guard));
    }

    private static final class Guard<T> implements CoreSubscriber<T>, Subscription {

        private final Function<Error, ? extends Throwable> told;
        private final CoreSubscriber<? super T> actual;
        private final AtomicBoolean settled = new AtomicBoolean();
        private volatile @Nullable Subscription upstream;
        private boolean valued;

        Guard(Function<Error, ? extends Throwable> told, CoreSubscriber<? super T> actual) {
            this.told = told;
            this.actual = actual;
        }

        /** What is thrown once there is an outcome belongs to who gets that. */
        private void call(Runnable code) {
            try {
                code.run();
            } catch (LinkageError | VirtualMachineError e) {
                if (!settled.compareAndSet(false, true)) {
                    throw e;
                }
                failed(told.apply(e));
            }
        }

        private void failed(Throwable error) {
            Subscription begun = upstream;
            if (begun == null) {
                Operators.error(actual, error);
            } else {
                begun.cancel();
                actual.onError(error);
            }
        }

        @Override
        public Context currentContext() {
            return actual.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (Operators.validate(upstream, subscription)) {
                upstream = subscription;
                actual.onSubscribe(this);
            }
        }

        @Override
        public void request(long n) {
            Subscription begun = upstream;
            if (begun != null) {
                call(() -> begun.request(n));
            }
        }

        @Override
        public void cancel() {
            Subscription begun = upstream;
            if (begun != null) {
                begun.cancel();
            }
        }

        @Override
        public void onNext(T value) {
            if (settled.compareAndSet(false, true)) {
                valued = true;
                actual.onNext(value);
            } else {
                Operators.onNextDropped(value, actual.currentContext());
            }
        }

        @Override
        public void onError(Throwable error) {
            if (settled.compareAndSet(false, true)) {
                actual.onError(error);
            } else {
                Operators.onErrorDropped(error, actual.currentContext());
            }
        }

        @Override
        public void onComplete() {
            if (valued || settled.compareAndSet(false, true)) {
                actual.onComplete();
            }
        }
    }
}
