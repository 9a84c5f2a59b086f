package io.cortexreactive.examples.app.load;

import io.cortexreactive.examples.app.load.Traffic.Snapshot;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;

/**
 * The traffic of a short time.
 *
 * @param live answers that stream at its end
 * @param chunksPerSecond of all answers
 * @param failedPerSecond answers that failed
 * @param failedSoFar since the application was started
 * @param firstToken from asking to the first chunk, for answers that began in it
 * @param gap between two chunks of an answer
 * @param process the process they all live in, simulated server included
 * @param load what is being generated; null if nothing
 */
record TrafficSample(
        long live,
        double chunksPerSecond,
        double failedPerSecond,
        long failedSoFar,
        Latency firstToken,
        Latency gap,
        Usage process,
        @Nullable Load load) {

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MIDDLE = 0.5;
    private static final double SLOW = 0.95;

    static TrafficSample between(Snapshot before, Snapshot after, @Nullable Load load) {
        double seconds = (after.nanos() - before.nanos()) / NANOS_PER_SECOND;
        return new TrafficSample(
                after.totals().live(),
                (after.totals().chunks() - before.totals().chunks()) / seconds,
                (after.totals().failed() - before.totals().failed()) / seconds,
                after.totals().failed(),
                Latency.between(before.firstTokens(), after.firstTokens()),
                Latency.between(before.gaps(), after.gaps()),
                Usage.now(),
                load);
    }

    /** In milliseconds; null if nothing was measured. */
    record Latency(@Nullable Double p50, @Nullable Double p95) {

        static Latency between(long[] before, long[] after) {
            return new Latency(quantile(before, after, MIDDLE), quantile(before, after, SLOW));
        }

        private static @Nullable Double quantile(long[] before, long[] after, double share) {
            double millis = LatencyHistogram.quantile(before, after, share);
            return Double.isNaN(millis) ? null : millis;
        }
    }

    /**
     * @param heapBytes in use, garbage that was not collected yet included
     * @param threads alive, of all kinds
     */
    record Usage(long heapBytes, int threads) {

        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        static Usage now() {
            Runtime runtime = Runtime.getRuntime();
            return new Usage(runtime.totalMemory() - runtime.freeMemory(), THREADS.getThreadCount());
        }
    }
}
