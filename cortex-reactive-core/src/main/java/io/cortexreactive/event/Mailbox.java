package io.cortexreactive.event;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One subscription. Upstream the hub writes into its buffer, one event at a time, and never waits; downstream a thread
 * of the hub delivers from it, one call at a time, as far as there is demand.
 */
final class Mailbox<E extends CortexEvent> implements CoreSubscriber<CortexEvent>, Subscription, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);
    private static final int DELIVERIES_BEFORE_OTHERS = 1024;
    private static final int LOOKS = 64;

    @SuppressWarnings("rawtypes")
    private static final AtomicLongFieldUpdater<Mailbox> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Mailbox.class, "requested");

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<Mailbox> OVER =
            AtomicIntegerFieldUpdater.newUpdater(Mailbox.class, "over");

    private final CoreSubscriber<? super E> actual;
    private final DefaultEventStream view;
    private final Predicate<CortexEvent> filter;
    private final @Nullable Class<E> type;
    private final MailboxRing ring;
    private final Baton baton = new Baton();

    private volatile long requested;
    private volatile @Nullable Subscription upstream;
    private volatile @Nullable Throwable error;
    private volatile boolean complete;
    private volatile int over;

    private Mailbox(
            CoreSubscriber<? super E> actual,
            DefaultEventStream view,
            Predicate<CortexEvent> filter,
            @Nullable Class<E> type) {
        this.actual = actual;
        this.view = view;
        this.filter = filter;
        this.type = type;
        this.ring = new MailboxRing(view.size());
        holdUntilStarted();
    }

    /** Events may come in from now on; signals go out only once the subscriber has its subscription. */
    private void holdUntilStarted() {
        if (baton.ask()) {
            baton.begin();
        }
    }

    /** For events of a type, which are wanted as long as this is open. */
    static <E extends CortexEvent> Mailbox<E> listening(
            CoreSubscriber<? super E> actual, DefaultEventStream view, Class<E> type) {
        return new Mailbox<>(actual, view, type::isInstance, type);
    }

    /** For events that pass a filter, which does not make them wanted. */
    static Mailbox<CortexEvent> overhearing(
            CoreSubscriber<CortexEvent> actual, DefaultEventStream view, Predicate<CortexEvent> filter) {
        return new Mailbox<>(actual, view, filter, null);
    }

    /** The type that is wanted because of this; null if it makes nothing wanted. */
    @Nullable
    Class<?> listensTo() {
        return type;
    }

    boolean isOver() {
        return over != 0;
    }

    void start() {
        actual.onSubscribe(this);
        if (!baton.release()) {
            view.hub().subscriberThreads().execute(this);
        }
    }

    void refuse() {
        Operators.complete(actual);
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    public void onSubscribe(Subscription hub) {
        upstream = hub;
        if (isOver()) {
            hub.cancel();
        } else {
            hub.request(Long.MAX_VALUE);
        }
    }

    private void stopListening() {
        Subscription hub = upstream;
        if (hub != null) {
            hub.cancel();
        }
    }

    @Override
    public void onNext(CortexEvent event) {
        if (complete || !filter.test(event)) {
            return;
        }
        store(event);
        if (isOver()) {
            ring.clear();
        } else if (requested > 0) {
            wake();
            if (ring.hasJustFilledAQuarter()) {
                view.hub().subscriberThreads().hurry();
            }
        }
    }

    private void store(CortexEvent event) {
        if (view.policy() == OverflowPolicy.DROP_OLDEST) {
            if (ring.push(event)) {
                view.countDropped(1);
            }
        } else if (!ring.offer(event)) {
            view.countDropped(1);
            if (view.policy() == OverflowPolicy.FAIL) {
                stopListening();
                onError(new EventOverflowException(view.size()));
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
        complete = true;
        wake();
    }

    @Override
    public void onComplete() {
        complete = true;
        wake();
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            Operators.addCap(REQUESTED, this, n);
            wake();
        }
    }

    @Override
    public void cancel() {
        if (OVER.compareAndSet(this, 0, 1)) {
            stopListening();
            view.hub().leave(this);
            ring.clear();
        }
    }

    /** Drops what is buffered, so that the subscription can end although its subscriber does not take it. */
    void abandon() {
        view.countDropped(ring.clear());
        wake();
    }

    private void wake() {
        if (baton.ask()) {
            view.hub().subscriberThreads().execute(this);
        }
    }

    @Override
    public void run() {
        try {
            deliverWhileAsked();
        } catch (Throwable thrown) {
            cancel();
            LOG.warn("An event subscriber threw and is cancelled", thrown);
            Exceptions.throwIfJvmFatal(thrown);
        }
    }

    private void deliverWhileAsked() {
        do {
            baton.begin();
            while (deliver() == DELIVERIES_BEFORE_OTHERS) {
                if (view.hub().subscriberThreads().yieldTo(this)) {
                    return;
                }
            }
        } while (!isOver() && (moreComesSoon() || !baton.release()));
    }

    /** Looking out for a microsecond spares a busy publisher from waking a thread for each event. */
    private boolean moreComesSoon() {
        for (int look = 0; look < LOOKS && requested > 0; look++) {
            if (!ring.isEmpty()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Delivers what is there and asked for, though not all at once, and then the end if it has come. */
    private long deliver() {
        long demand = Math.min(requested, DELIVERIES_BEFORE_OTHERS);
        long delivered = 0;
        while (delivered < demand && !isOver()) {
            CortexEvent event = ring.poll();
            if (event == null) {
                break;
            }
            deliver(event);
            delivered++;
        }
        Operators.produced(REQUESTED, this, delivered);
        if (complete && ring.isEmpty() && OVER.compareAndSet(this, 0, 1)) {
            finish();
        }
        return delivered;
    }

    /** The hub puts in nothing but what passed the filter, which for {@code E} is its type. */
    @SuppressWarnings("unchecked")
    private void deliver(CortexEvent event) {
        actual.onNext((E) event);
    }

    private void finish() {
        try {
            Throwable failure = error;
            if (failure == null) {
                actual.onComplete();
            } else {
                actual.onError(failure);
            }
        } finally {
            view.hub().leave(this);
        }
    }
}
