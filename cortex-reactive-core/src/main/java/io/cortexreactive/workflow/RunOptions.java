package io.cortexreactive.workflow;

import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a run is begun.
 *
 * @param idempotencyKey a second start of the workflow under it gives the first run; null for a run each time
 * @param timeout how long the run may take in all, pauses included; null for as long as it likes. More than 100 years
 *     count as 100 years
 */
public record RunOptions(
        @Nullable String idempotencyKey, @Nullable Duration timeout) {

    /** With a time of {@link Schedule#LONGEST} at most. */
    public RunOptions {
        timeout = Schedule.bounded(timeout);
    }

    /** A run each time, without a limit. */
    public static final RunOptions DEFAULTS = new RunOptions(null, null);
}
