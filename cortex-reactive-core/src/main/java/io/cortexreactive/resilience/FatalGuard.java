package io.cortexreactive.resilience;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Tells of errors of the virtual machine, which Reactor lets through to the thread, as of any other. */
public final class FatalGuard {

    private FatalGuard() {}

    /**
     * Work that fails where it throws an error of the virtual machine at whoever subscribes or asks for its value. What
     * it throws later, on another thread, goes to that.
     *
     * @param work begins with each subscription, on the subscriber's thread; cancel reaches it
     * @param error what it fails with instead
     */
    public static <T> Mono<T> around(Supplier<Mono<T>> work, Function<Error, ? extends Throwable> error) {
        // Hidden, so that it begins when it is asked for, where somebody can catch what it throws.
        return Mono.just(work)
                .hide()
                .flatMap(Supplier::get)
                .transform(Operators.<T, T>lift((source, actual) -> new Guard<>(actual, error)));
    }

    private static final class Guard<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final Function<Error, ? extends Throwable> told;
        private final AtomicBoolean settled = new AtomicBoolean();
        private volatile @Nullable Subscription upstream;
        private boolean valued;

        Guard(CoreSubscriber<? super T> actual, Function<Error, ? extends Throwable> told) {
            this.actual = actual;
            this.told = told;
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

        /** What is thrown once there is an outcome is not the work's. */
        @Override
        public void request(long n) {
            Subscription begun = upstream;
            if (begun == null) {
                return;
            }
            try {
                begun.request(n);
            } catch (LinkageError | VirtualMachineError e) {
                if (!settled.compareAndSet(false, true)) {
                    throw e;
                }
                begun.cancel();
                actual.onError(told.apply(e));
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
