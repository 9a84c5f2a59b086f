package io.cortexreactive.event;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A bounded queue that many threads fill and one at a time empties. Nobody waits for anybody. */
final class PublishRing {

    private final AtomicReferenceArray<@Nullable CortexEvent> slots;
    private final int mask;
    private final AtomicLong tail = new AtomicLong();
    private final AtomicLong head = new AtomicLong();

    /** @param size a power of two */
    PublishRing(int size) {
        slots = new AtomicReferenceArray<>(size);
        mask = size - 1;
    }

    /** False if there is no room. */
    boolean offer(CortexEvent event) {
        long at;
        do {
            at = tail.get();
            if (at - head.get() > mask) {
                return false;
            }
        } while (!tail.compareAndSet(at, at + 1));
        slots.set(slot(at), event);
        return true;
    }

    /**
     * Null if there is none, or if the next one's place is taken but not filled yet; who fills it asks for the baton
     * afterwards.
     */
    @Nullable
    CortexEvent poll() {
        long at = head.get();
        CortexEvent event = slots.get(slot(at));
        if (event != null) {
            slots.lazySet(slot(at), null);
            head.lazySet(at + 1);
        }
        return event;
    }

    private int slot(long at) {
        return (int) at & mask;
    }
}
