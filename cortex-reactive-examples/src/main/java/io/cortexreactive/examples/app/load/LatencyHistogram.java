package io.cortexreactive.examples.app.load;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts durations by size, never to be reset: what came between two looks is the difference of two {@link #counts()},
 * so any number of watchers can look when they like. Sixteen steps for each power of two, in microseconds: a quantile
 * is at most 7 % too high. Thread-safe, without locks.
 */
final class LatencyHistogram {

    private static final int STEP_BITS = 4;
    private static final int STEPS = 1 << STEP_BITS;
    private static final int NANOS_PER_MICRO = 1_000;
    private static final double MICROS_PER_MILLI = 1_000;
    /** Up to two days; what is longer counts as that. */
    private static final int SIZE = STEPS * 34;

    private final AtomicLongArray counts = new AtomicLongArray(SIZE);

    void add(long nanos) {
        counts.incrementAndGet(Math.min(SIZE - 1, step(Math.max(0, nanos) / NANOS_PER_MICRO)));
    }

    private static int step(long micros) {
        if (micros < STEPS) {
            return (int) micros;
        }
        int power = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros);
        return (power - STEP_BITS + 1) * STEPS + (int) (micros >>> (power - STEP_BITS)) - STEPS;
    }

    /** The largest duration of a step, in microseconds. */
    private static long most(int step) {
        if (step < STEPS) {
            return step;
        }
        int shift = step / STEPS - 1;
        return ((long) (step % STEPS + STEPS + 1) << shift) - 1;
    }

    /** How many there were of each size so far. */
    long[] counts() {
        long[] copy = new long[SIZE];
        for (int i = 0; i < SIZE; i++) {
            copy[i] = counts.get(i);
        }
        return copy;
    }

    /**
     * The duration that this share of those between two looks did not exceed.
     *
     * @return in milliseconds; NaN if there were none
     */
    static double quantile(long[] before, long[] after, double share) {
        long total = 0;
        for (int i = 0; i < SIZE; i++) {
            total += after[i] - before[i];
        }
        long left = (long) Math.ceil(total * share);
        for (int i = 0; i < SIZE && total > 0; i++) {
            left -= after[i] - before[i];
            if (left <= 0) {
                return most(i) / MICROS_PER_MILLI;
            }
        }
        return Double.NaN;
    }
}
