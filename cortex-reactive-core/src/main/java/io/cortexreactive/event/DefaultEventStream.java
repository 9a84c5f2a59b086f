package io.cortexreactive.event;

import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;

/** One way of buffering, and the count of what was lost by it. */
final class DefaultEventStream implements EventStream {

    private static final int DEFAULT_SIZE = 1024;
    private static final int MAX_SIZE = 1 << 20;

    private final DefaultEventHub hub;
    private final int size;
    private final OverflowPolicy policy;
    private final AtomicLong dropped = new AtomicLong();

    private DefaultEventStream(DefaultEventHub hub, int size, OverflowPolicy policy) {
        this.hub = hub;
        this.size = size;
        this.policy = policy;
    }

    static DefaultEventStream of(DefaultEventHub hub) {
        return new DefaultEventStream(hub, DEFAULT_SIZE, OverflowPolicy.DROP_OLDEST);
    }

    @Override
    public Flux<CortexEvent> all() {
        return on(CortexEvent.class);
    }

    @Override
    public <E extends CortexEvent> Flux<E> on(Class<E> type) {
        return EventFlux.of(this, type);
    }

    @Override
    public EventStream buffer(int size, OverflowPolicy policy) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "A buffer holds from 1 to " + MAX_SIZE + " events; " + size + " was asked for.");
        }
        return new DefaultEventStream(hub, size, policy);
    }

    @Override
    public long dropped() {
        return dropped.get();
    }

    @Override
    public long lost() {
        return hub.lost();
    }

    DefaultEventHub hub() {
        return hub;
    }

    int size() {
        return size;
    }

    OverflowPolicy policy() {
        return policy;
    }

    void countDropped(int events) {
        dropped.addAndGet(events);
    }
}
