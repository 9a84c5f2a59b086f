package io.cortexreactive.workflow;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When a run began and ended, by the store's clock.
 *
 * @param startedAt when it was claimed first; null if it has not been
 * @param completedAt when it ended; null if it has not
 */
public record RunTimes(
        @Nullable Instant startedAt, @Nullable Instant completedAt) {}
