package io.cortexreactive.benchmarks.client;

import java.time.Duration;

/**
 * How much is measured.
 *
 * @param streams how many at a time, or in all if they end
 * @param repeats how often, of what is done one after the other or beforehand
 */
public record Load(int streams, int repeats, Duration warmUp, Duration measured) {

    /** The chunks of an answer that is neither held, paced nor endless. */
    public static final int CHUNKS = 200;

    /** The chunks a slow consumer is up against. */
    public static final int FLOOD = 100_000;

    /** How often a paced stream has a chunk. */
    public static final Duration PACE = Duration.ofMillis(200);

    /** As an argument of a process. */
    public String text() {
        return streams + "," + repeats + "," + warmUp.toMillis() + "," + measured.toMillis();
    }

    static Load parse(String text) {
        String[] parts = text.split(",", -1);
        return new Load(
                Integer.parseInt(parts[0]),
                Integer.parseInt(parts[1]),
                Duration.ofMillis(Long.parseLong(parts[2])),
                Duration.ofMillis(Long.parseLong(parts[3])));
    }
}
