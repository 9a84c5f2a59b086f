package io.cortexreactive.resilience;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a service has said is left of its own limits.
 *
 * @param requests calls; null if it has not told
 * @param tokens in and out; null if it has not told
 * @param age how long ago it said so
 */
public record Remaining(@Nullable Quota requests, @Nullable Quota tokens, Duration age) {

    /** This, with times that are not longer than some bound. */
    Remaining within(UnaryOperator<Duration> bound) {
        return new Remaining(within(requests, bound), within(tokens, bound), age);
    }

    private static @Nullable Quota within(@Nullable Quota left, UnaryOperator<Duration> bound) {
        return left == null ? null : new Quota(left.units(), bound.apply(left.reset()));
    }

    /**
     * What is left of one limit.
     *
     * @param units from 0
     * @param reset how long, from when it was told, until there is something again
     */
    public record Quota(long units, Duration reset) {}
}
