package io.cortexreactive.provider.wire;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Completes an answer when the service has said that it is whole, also where the service then keeps its body open. The
 * body mostly ends at once, and only then can the connection serve the next call, so its end is waited for: a moment by
 * the consumer, longer by the connection, which is closed after that.
 */
public final class PromptEnd {

    static final Duration PATIENCE = Duration.ofMillis(100);
    static final Duration DRAIN = Duration.ofSeconds(1);

    private PromptEnd() {}

    /**
     * The answer, completed in time. Nothing that comes or goes wrong after its last element matters to it.
     *
     * @param whole whether that element has come; asked after each, on its thread
     */
    public static <T> Flux<T> of(Flux<T> answer, BooleanSupplier whole) {
        return answer.transform(Operators.<T, T>lift((origin, actual) -> new Ending<>(actual, whole)));
    }

    /** After the last element only the end is left to tell, by the source or a timer, whoever is first. */
    private static final class Ending<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final BooleanSupplier whole;
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Disposable.Swap timer = Disposables.swap();

        private @Nullable Subscription source;
        private boolean last;

        Ending(CoreSubscriber<? super T> actual, BooleanSupplier whole) {
            this.actual = actual;
            this.whole = whole;
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
            }
        }

        @Override
        public void onNext(T element) {
            if (last) {
                return;
            }
            actual.onNext(element);
            if (whole.getAsBoolean()) {
                last = true;
                awaitEnd();
            }
        }

        private void awaitEnd() {
            after(PATIENCE, this::leave);
            source().request(Long.MAX_VALUE);
        }

        private void after(Duration delay, Runnable task) {
            timer.replace(Schedulers.parallel().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS));
        }

        private void leave() {
            complete();
            after(DRAIN, source()::cancel);
        }

        private void complete() {
            if (ended.compareAndSet(false, true)) {
                actual.onComplete();
            }
        }

        @Override
        public void onError(Throwable error) {
            timer.dispose();
            if (last) {
                complete();
            } else if (ended.compareAndSet(false, true)) {
                actual.onError(error);
            }
        }

        @Override
        public void onComplete() {
            timer.dispose();
            complete();
        }

        @Override
        public void request(long n) {
            source().request(n);
        }

        @Override
        public void cancel() {
            timer.dispose();
            source().cancel();
        }

        private Subscription source() {
            Subscription known = source;
            return known == null ? Operators.emptySubscription() : known;
        }
    }
}
