package io.cortexreactive.workflow;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Fails with a {@link FatalErrorException} where a publisher of the application throws an error of the virtual machine
 * at whoever subscribes or requests: Reactor lets it through to the thread, and the run would never hear of it.
 */
final class FatalGuard<T> extends MonoOperator<T, T> {

    private final String node;

    private FatalGuard(String node, Mono<T> source) {
        super(source);
        this.node = node;
    }

    /** Guards what a node of this id does. */
    static <T> Mono<T> of(String node, Mono<T> source) {
        return new FatalGuard<>(node, source);
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        Guard<T> guard = new Guard<>(node, actual);
        guard.call(() -> source.subscribe(guard));
    }

    private static final class Guard<T> implements CoreSubscriber<T>, Subscription {

        private final String node;
        private final CoreSubscriber<? super T> actual;
        private final AtomicBoolean settled = new AtomicBoolean();
        private volatile @Nullable Subscription upstream;
        private boolean valued;

        Guard(String node, CoreSubscriber<? super T> actual) {
            this.node = node;
            this.actual = actual;
        }

        /** What is thrown once there is an outcome is not the node's. */
        private void call(Runnable code) {
            try {
                code.run();
            } catch (LinkageError | VirtualMachineError e) {
                if (!settled.compareAndSet(false, true)) {
                    throw e;
                }
                failed(new FatalErrorException(node, e));
            }
        }

        private void failed(FatalErrorException error) {
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
