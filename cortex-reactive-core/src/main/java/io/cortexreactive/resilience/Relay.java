package io.cortexreactive.resilience;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Fuseable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * An operator of one's own that lets a stream pass as it is, and knows what happens to it. One of these costs a chunk a
 * call that the compiler can inline, where each of Reactor's own operators is used in so many places that none can be.
 *
 * <p>So {@code onNext} is left to each of them, to call {@code actual} by itself. What a method here throws becomes the
 * error of the stream, as it does in Reactor's own {@code doOn…}.
 *
 * @param <T> what passes
 */
public abstract class Relay<T> implements CoreSubscriber<T>, Subscription {

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<Relay> OVER =
            AtomicIntegerFieldUpdater.newUpdater(Relay.class, "over");

    /** Who gets what passes. */
    protected final CoreSubscriber<? super T> actual;

    private final Context context;
    private @Nullable Subscription source;
    private boolean done;

    @SuppressWarnings("UnusedVariable") // by OVER alone
    private volatile int over;

    /** For one subscription. */
    protected Relay(CoreSubscriber<? super T> actual) {
        this(actual, actual.currentContext());
    }

    /** The same, whose source sees another Context than the subscriber's. */
    protected Relay(CoreSubscriber<? super T> actual, Context context) {
        this.actual = actual;
        this.context = context;
    }

    /** The source with one of these before each of its subscribers. */
    public static <T> Flux<T> on(Flux<T> source, Function<CoreSubscriber<? super T>, CoreSubscriber<? super T>> made) {
        // None of these can be fused, so what comes of it must not look as if it could.
        Flux<T> plain = source instanceof Fuseable ? source.hide() : source;
        return plain.transform(Operators.<T, T>lift((origin, actual) -> made.apply(actual)));
    }

    /** The source is complete; throws if it must not be. */
    protected void completed() {}

    /** The source has failed. Gives the error that follows from that. */
    protected Throwable failed(Throwable error) {
        return error;
    }

    /** Nobody wants more. The source is told afterwards. */
    protected void cancelled() {}

    /** It is over, in one of the three ways, and those concerned know. Told once. */
    protected void over() {}

    /** Whether an element comes too late, and then drops it. */
    protected final boolean isTooLate(T element) {
        if (done) {
            Operators.onNextDropped(element, actual.currentContext());
        }
        return done;
    }

    /** The element cannot be passed on. */
    protected final void fail(T element, Throwable thrown) {
        Throwable error = Operators.onNextError(element, thrown, actual.currentContext(), source());
        if (error == null) {
            source().request(1);
        } else {
            onError(error);
        }
    }

    @Override
    public final Context currentContext() {
        return context;
    }

    @Override
    public final void onSubscribe(Subscription subscription) {
        if (Operators.validate(source, subscription)) {
            source = subscription;
            actual.onSubscribe(this);
        }
    }

    @Override
    public final void onComplete() {
        if (done) {
            return;
        }
        try {
            completed();
        } catch (Throwable thrown) {
            onError(Operators.onOperatorError(source(), thrown, actual.currentContext()));
            return;
        }
        done = true;
        actual.onComplete();
        tellOver();
    }

    @Override
    public final void onError(Throwable error) {
        if (done) {
            Operators.onErrorDropped(error, actual.currentContext());
            return;
        }
        done = true;
        try {
            actual.onError(following(error));
        } finally {
            tellOver();
        }
    }

    private void tellOver() {
        if (OVER.compareAndSet(this, 0, 1)) {
            over();
        }
    }

    private Throwable following(Throwable error) {
        try {
            return failed(error);
        } catch (Throwable thrown) {
            return Operators.onOperatorError(null, thrown, error, actual.currentContext());
        }
    }

    @Override
    public final void request(long n) {
        source().request(n);
    }

    @Override
    public final void cancel() {
        try {
            cancelled();
        } catch (Throwable thrown) {
            onError(Operators.onOperatorError(source(), thrown, actual.currentContext()));
            return;
        }
        source().cancel();
        tellOver();
    }

    private Subscription source() {
        Subscription known = source;
        return known == null ? Operators.emptySubscription() : known;
    }
}
