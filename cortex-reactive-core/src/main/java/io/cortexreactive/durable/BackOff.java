package io.cortexreactive.durable;

import java.time.Duration;

/**
 * How long to wait before something is tried again: twice as long each time.
 *
 * @param first how long after the first failure
 * @param longest how long at most
 */
public record BackOff(Duration first, Duration longest) {

    private static final int MOST_DOUBLINGS = 16;

    /**
     * How long to wait after so many failures.
     *
     * @param failures how many there were, from 1
     */
    public Duration after(int failures) {
        if (first.compareTo(longest) >= 0) {
            return longest;
        }
        Duration delay = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        return delay.compareTo(longest) < 0 ? delay : longest;
    }
}
