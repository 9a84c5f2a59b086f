package io.cortexreactive.resilience;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a service has said is left of its own limits.
 *
 * @param requests calls; null if it has not told
 * @param tokens in and out; null if it has not told
 * @param age how long ago it said so
 */
public record Remaining(@Nullable Quota requests, @Nullable Quota tokens, Duration age) {

    /**
     * What is left of one limit.
     *
     * @param units from 0
     * @param reset how long, from when it was told, until there is something again
     */
    public record Quota(long units, Duration reset) {}
}
