package io.cortexreactive.error;

import java.time.Duration;
import java.util.Optional;

/**
 * Marks an error that may go away: trying the same thing again can succeed.
 *
 * <p>Every concrete {@link CortexException} is either this or {@link Lasting}, never both.
 */
public interface Transient {

    /** How long to wait before trying again, where whoever failed said so; empty if it did not. */
    default Optional<Duration> retryAfter() {
        return Optional.empty();
    }
}
