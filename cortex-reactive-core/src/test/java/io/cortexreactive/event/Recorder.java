package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

/** Asks for as much as it is told to, remembers what it got, and can be waited for. */
final class Recorder<E> extends BaseSubscriber<E> {

    private final long demand;
    private final Consumer<E> reaction;
    private final List<E> received = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore arrivals = new Semaphore(0);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable Throwable failure;
    private volatile @Nullable Thread thread;

    private Recorder(long demand, Consumer<E> reaction) {
        this.demand = demand;
        this.reaction = reaction;
    }

    static <E> Recorder<E> unbounded() {
        return asking(Long.MAX_VALUE);
    }

    static <E> Recorder<E> asking(long demand) {
        return new Recorder<>(demand, event -> {});
    }

    static <E> Recorder<E> reacting(Consumer<E> reaction) {
        return new Recorder<>(Long.MAX_VALUE, reaction);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (demand > 0) {
            subscription.request(demand);
        }
    }

    @Override
    protected void hookOnNext(E event) {
        thread = Thread.currentThread();
        received.add(event);
        arrivals.release();
        reaction.accept(event);
    }

    @Override
    protected void hookOnError(Throwable error) {
        failure = error;
    }

    @Override
    protected void hookFinally(SignalType type) {
        ended.countDown();
    }

    /** Waits for this many events more than were waited for before. */
    Recorder<E> awaitMore(int events) {
        try {
            assertThat(arrivals.tryAcquire(events, 30, TimeUnit.SECONDS))
                    .as("%s more events; there are %s in all", events, received.size())
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    Recorder<E> awaitEnd() {
        Hubs.await(ended);
        return this;
    }

    List<E> received() {
        synchronized (received) {
            return List.copyOf(received);
        }
    }

    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Where the last event was delivered. */
    @Nullable
    Thread thread() {
        return thread;
    }
}
