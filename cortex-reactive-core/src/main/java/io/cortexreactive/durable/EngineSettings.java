package io.cortexreactive.durable;

import java.time.Duration;

/**
 * How an engine works.
 *
 * @param queue which runs it begins and takes
 * @param concurrency how many runs of others it works on at a time
 * @param lease how it stays the owner of its runs
 * @param scan how often it looks for runs to take, and after those nobody looks after; with some jitter
 * @param drain how long stopping waits for nodes under way
 * @param maxStateBytes of a run's state; more fails the run, and an eighth of it is warned of
 */
public record EngineSettings(
        String queue, int concurrency, Lease lease, Duration scan, Duration drain, int maxStateBytes) {

    /** 16 runs, looked for each second; leases of 30 s; states up to 2 MiB. */
    public static final EngineSettings DEFAULTS = new EngineSettings(
            "default", 16, Lease.DEFAULTS, Duration.ofSeconds(1), Duration.ofSeconds(30), 2 * 1024 * 1024);

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

        /** Whether a worker beats before it is in doubt, and stops before others may take its runs. */
        public boolean isInOrder() {
            return beat.compareTo(doubt) < 0 && doubt.compareTo(ttl) < 0;
        }
    }
}
