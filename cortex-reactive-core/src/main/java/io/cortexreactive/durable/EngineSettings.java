package io.cortexreactive.durable;

import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an engine works.
 *
 * @param queue which runs it begins and takes
 * @param concurrency how many runs of others it works on at a time
 * @param lease how it stays the owner of its runs
 * @param scan how often it looks for runs to take, and after those nobody looks after; with some jitter
 * @param drain how long stopping waits for nodes under way
 * @param maxStateBytes of a run's state; more fails the run, and an eighth of it is warned of
 * @param maxDepth how many runs may wait one for the next, each for a sub-workflow; one more fails its node
 */
public record EngineSettings(
        String queue, int concurrency, Lease lease, Duration scan, Duration drain, int maxStateBytes, int maxDepth) {

    private static final int DEEP = 16;

    /** 16 runs, looked for each second; leases of 30 s; states up to 2 MiB; 16 runs that wait one for the next. */
    public static final EngineSettings DEFAULTS = new EngineSettings(
            "default", 16, Lease.DEFAULTS, Duration.ofSeconds(1), Duration.ofSeconds(30), 2 * 1024 * 1024);

    /** @throws EngineConfigurationException if something is missing, or no engine could work with it */
    public EngineSettings {
        if (queue == null || queue.isBlank()) {
            throw new EngineConfigurationException("queue must have a name that is not blank.");
        }
        requirePositive("concurrency", concurrency);
        String wrong = Lease.problem(lease);
        if (wrong != null) {
            throw new EngineConfigurationException(wrong);
        }
        if (scan == null || scan.isZero() || scan.isNegative()) {
            throw new EngineConfigurationException("scan must be positive, and is " + scan + ".");
        }
        if (drain == null || drain.isNegative()) {
            throw new EngineConfigurationException("drain must be zero or more, and is " + drain + ".");
        }
        requirePositive("maxStateBytes", maxStateBytes);
        requirePositive("maxDepth", maxDepth);
        scan = Schedule.boundedOf(scan);
        drain = Schedule.boundedOf(drain);
    }

    private static void requirePositive(String name, int number) {
        if (number < 1) {
            throw new EngineConfigurationException(name + " must be positive, and is " + number + ".");
        }
    }

    /** With sub-workflows as deep as by default. */
    public EngineSettings(
            String queue, int concurrency, Lease lease, Duration scan, Duration drain, int maxStateBytes) {
        this(queue, concurrency, lease, scan, drain, maxStateBytes, DEEP);
    }

    /** These, with sub-workflows so deep. */
    public EngineSettings withMaxDepth(int value) {
        return new EngineSettings(queue, concurrency, lease, scan, drain, maxStateBytes, value);
    }

    /**
     * How an engine stays the owner of its runs.
     *
     * @param ttl how long it lives without a beat
     * @param beat how often it beats
     * @param doubt how long after the last good beat it begins nothing any more
     */
    public record Lease(Duration ttl, Duration beat, Duration doubt) {

        /** 30 s, 5 s and 20 s. */
        public static final Lease DEFAULTS =
                new Lease(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(20));

        /** With times of {@link Schedule#LONGEST} at most. */
        public Lease {
            ttl = Schedule.bounded(ttl);
            beat = Schedule.bounded(beat);
            doubt = Schedule.bounded(doubt);
        }

        /** What no worker could work with, as a sentence; null if it can. */
        public static @Nullable String problem(@Nullable Lease lease) {
            if (lease == null) {
                return "lease must be there, and is null.";
            }
            return Stream.of(late("ttl", lease.ttl), late("beat", lease.beat), late("doubt", lease.doubt))
                    .filter(problem -> !problem.isEmpty())
                    .findFirst()
                    .orElseGet(lease::disorder);
        }

        private static String late(String name, @Nullable Duration time) {
            return time == null || time.isZero() || time.isNegative()
                    ? "lease." + name + " must be positive, and is " + time + "."
                    : "";
        }

        private @Nullable String disorder() {
            return isInOrder()
                    ? null
                    : "lease must have beat < doubt < ttl, and has " + beat + ", " + doubt + ", " + ttl + ".";
        }

        /** Whether a worker beats before it is in doubt, and stops before others may take its runs. */
        public boolean isInOrder() {
            return beat.compareTo(doubt) < 0 && doubt.compareTo(ttl) < 0;
        }
    }
}
