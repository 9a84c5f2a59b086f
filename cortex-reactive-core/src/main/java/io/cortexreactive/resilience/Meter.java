package io.cortexreactive.resilience;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Spreads units over time by the generic cell rate algorithm (ITU-T I.371): keeps the one time at which all that was
 * taken would have come evenly, and lets a tenth of a minute's units come at once. Thread-safe, without locks.
 */
final class Meter {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);
    private static final long BURST = MINUTE / 10;

    private final double nanosPerUnit;
    private final LongSupplier nanos;
    private final AtomicLong due;

    Meter(long unitsPerMinute, LongSupplier nanos) {
        nanosPerUnit = (double) MINUTE / unitsPerMinute;
        this.nanos = nanos;
        due = new AtomicLong(nanos.getAsLong());
    }

    /**
     * Takes units.
     *
     * @return how many nanoseconds to wait before using them; negative, and nothing taken, if more than {@code most}
     */
    long take(long units, long most) {
        long cost = (long) (units * nanosPerUnit);
        while (true) {
            long now = nanos.getAsLong();
            long before = due.get();
            long start = Math.max(before, now);
            // What is taken at once may run ahead of time by the burst, or by itself where it is larger.
            long wait = Math.max(0, start + cost - now - Math.max(BURST, cost));
            if (wait > most) {
                return -1;
            }
            if (due.compareAndSet(before, start + cost)) {
                return wait;
            }
        }
    }

    /** Takes more, or gives back, without waiting: what a call used turned out to be different. */
    void correct(long units) {
        due.addAndGet((long) (units * nanosPerUnit));
    }

    /** Nothing may be taken for this long. */
    void pause(long duration) {
        long until = nanos.getAsLong() + duration + BURST;
        due.accumulateAndGet(until, Math::max);
    }

    /**
     * The service has said what is left of its own limit. Counts only where that is less than is left here.
     *
     * @param reset how long after it was told nothing may be taken, if nothing was left
     * @param age how long ago it was told
     */
    void adopt(long left, long reset, long age) {
        long from = nanos.getAsLong() - age + BURST;
        long until = left > 0 ? from - (long) Math.min((double) left * nanosPerUnit, (double) BURST) : from + reset;
        due.accumulateAndGet(until, Math::max);
    }

    /** How long until one unit could be taken. */
    long waitNanos() {
        return Math.max(0, due.get() - nanos.getAsLong() - BURST);
    }
}
