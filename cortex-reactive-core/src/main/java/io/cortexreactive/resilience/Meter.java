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

    /** Far from where nanoseconds overflow. */
    private static final long MOST = TimeUnit.DAYS.toNanos(365);

    private final double nanosPerUnit;
    private final LongSupplier nanos;
    private final AtomicLong due;

    /** What the service said. Apart, since units given back must not bring nearer what the service put off. */
    private final AtomicLong notBefore;

    Meter(long unitsPerMinute, LongSupplier nanos) {
        nanosPerUnit = (double) MINUTE / unitsPerMinute;
        this.nanos = nanos;
        due = new AtomicLong(nanos.getAsLong());
        notBefore = new AtomicLong(due.get());
    }

    /**
     * Takes units.
     *
     * @return how many nanoseconds to wait before using them; if more than {@code most}, then negative, and nothing
     *     taken
     */
    long take(long units, long most) {
        long cost = cost(units);
        while (true) {
            long now = nanos.getAsLong();
            long before = due.get();
            long start = Math.max(Math.max(before, notBefore.get()), now);
            // What is taken at once may run ahead of time by the burst, or by itself where it is larger.
            long wait = Math.max(0, start + cost - now - Math.max(BURST, cost));
            if (wait > most) {
                return -wait;
            }
            if (due.compareAndSet(before, start + cost)) {
                return wait;
            }
        }
    }

    private long cost(long units) {
        return (long) Math.min(units * nanosPerUnit, (double) MOST);
    }

    /** Gives back what was taken. */
    void giveBack(long units) {
        due.addAndGet(-cost(units));
    }

    /**
     * Takes without waiting what a call used beyond what was taken for it. At most a minute's units, since one absurd
     * number of a service must not stop all calls for longer.
     */
    void charge(long units) {
        due.addAndGet(Math.min(cost(units), MINUTE));
    }

    /** Whether what was taken has not come back yet, or the service has put it off. */
    boolean holdsBack() {
        return Math.max(due.get(), notBefore.get()) > nanos.getAsLong();
    }

    /** Nothing may be taken for this long. */
    void pause(long duration) {
        long until = nanos.getAsLong() + duration + BURST;
        notBefore.accumulateAndGet(until, Math::max);
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
        notBefore.accumulateAndGet(until, Math::max);
    }
}
