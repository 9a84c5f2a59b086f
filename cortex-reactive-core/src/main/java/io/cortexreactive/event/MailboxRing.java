package io.cortexreactive.event;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The buffer of one subscription: one writer, one reader, and both may take the oldest event out. Who takes an event is
 * settled by an atomic operation on its slot, so that each is either delivered or dropped, never both and never
 * neither.
 *
 * <p>Positions count up for ever. The writer makes room, announces the next position in {@code begun}, and then writes.
 * A reader that finds the announcement a full lap ahead may have read a newer event and looks again; one that finds a
 * slot empty goes on to the next, since the event was dropped, unless its position is the last one announced.
 */
final class MailboxRing {

    private final AtomicReferenceArray<@Nullable CortexEvent> slots;
    private final int size;
    private final int mask;
    private final AtomicLong begun = new AtomicLong();
    private long next;
    private long head;

    MailboxRing(int size) {
        int length = size == 1 ? 1 : Integer.highestOneBit(size - 1) << 1;
        this.slots = new AtomicReferenceArray<>(length);
        this.size = size;
        this.mask = length - 1;
    }

    /** Writer: adds an event if there is room. */
    boolean offer(CortexEvent event) {
        if (slots.get(slot(next - size)) != null) {
            return false;
        }
        write(event);
        return true;
    }

    /** Writer: adds an event, and makes room for it where needed. True if the oldest one was dropped. */
    boolean push(CortexEvent event) {
        int oldest = slot(next - size);
        boolean dropped = slots.get(oldest) != null && slots.getAndSet(oldest, null) != null;
        write(event);
        return dropped;
    }

    private void write(CortexEvent event) {
        begun.lazySet(next + 1);
        slots.set(slot(next), event);
        next++;
    }

    /** Writer: whether the event just added was the one that filled a quarter of the buffer. */
    boolean hasJustFilledAQuarter() {
        long oldest = next - Math.max(1, size / 4);
        return slots.get(slot(oldest)) != null && slots.get(slot(oldest - 1)) == null;
    }

    /** Reader: takes the oldest event; null if there is none. */
    @Nullable
    CortexEvent poll() {
        CortexEvent event = peek();
        while (event != null && !slots.compareAndSet(slot(head), event, null)) {
            event = peek();
        }
        if (event != null) {
            head++;
        }
        return event;
    }

    /** Reader: moves to the oldest event; null if there is none, or if it is just being written. */
    private @Nullable CortexEvent peek() {
        while (true) {
            long end = begun.get();
            long at = Math.max(head, end - size);
            if (at >= end) {
                return null;
            }
            CortexEvent event = slots.get(slot(at));
            if (begun.get() > at + slots.length()) {
                continue;
            }
            head = at;
            if (event != null || at == end - 1) {
                return event;
            }
            head = at + 1;
        }
    }

    /** Reader: whether there is nothing to take. */
    boolean isEmpty() {
        return peek() == null;
    }

    /** Any thread: takes everything out, and returns how many events that were. */
    int clear() {
        int cleared = 0;
        for (int slot = 0; slot < slots.length(); slot++) {
            if (slots.get(slot) != null && slots.getAndSet(slot, null) != null) {
                cleared++;
            }
        }
        return cleared;
    }

    private int slot(long position) {
        return (int) position & mask;
    }
}
