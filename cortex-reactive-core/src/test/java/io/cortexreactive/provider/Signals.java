package io.cortexreactive.provider;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

/** A subscriber that demands by hand, keeps everything it gets, and can be waited for. */
final class Signals<T> extends BaseSubscriber<T> {

    /** Far longer than anything takes that comes at all. */
    static final Duration LONG = Duration.ofMinutes(1);

    private final Queue<T> elements = new ConcurrentLinkedQueue<>();
    private final Queue<SignalType> terminals = new ConcurrentLinkedQueue<>();
    private final Sinks.One<SignalType> ended = Sinks.one();
    private volatile @Nullable Throwable error;
    private volatile CountDownLatch awaited = new CountDownLatch(0);

    private Signals() {}

    /** Subscribes without demand. */
    static <T> Signals<T> of(Flux<T> source) {
        Signals<T> signals = new Signals<>();
        source.subscribe(signals);
        return signals;
    }

    /** Subscribes, demands everything, and waits for the end. */
    static <T> Signals<T> all(Flux<T> source) {
        Signals<T> signals = of(source);
        signals.requestUnbounded();
        signals.awaitEnd();
        return signals;
    }

    static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    /** The error a stream ends with. */
    static Throwable error(Flux<?> source) {
        return all(source).error();
    }

    Throwable error() {
        return Objects.requireNonNull(error, () -> "no error, but " + terminals);
    }

    List<T> elements() {
        return new ArrayList<>(elements);
    }

    /** The error it ended with, or null. */
    @Nullable
    Throwable failure() {
        return error;
    }

    /** Every terminal signal there was. */
    List<SignalType> terminals() {
        return new ArrayList<>(terminals);
    }

    /** Demands this many, and waits until they are here. */
    void take(int count) {
        CountDownLatch here = new CountDownLatch(count);
        awaited = here;
        request(count);
        try {
            if (!here.await(LONG.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(here.getCount() + " of " + count + " elements did not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    void awaitEnd() {
        value(ended.asMono());
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    @Override
    protected void hookOnNext(T element) {
        elements.add(element);
        awaited.countDown();
    }

    @Override
    protected void hookOnComplete() {
        terminals.add(SignalType.ON_COMPLETE);
        ended.tryEmitValue(SignalType.ON_COMPLETE);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        error = failure;
        terminals.add(SignalType.ON_ERROR);
        ended.tryEmitValue(SignalType.ON_ERROR);
    }
}
