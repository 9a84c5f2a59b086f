package io.cortexreactive.resilience;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks of settings. */
final class Limits {

    /** Far beyond what makes sense, and far from where nanoseconds overflow. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private Limits() {}

    static void require(boolean right, String setting, String rule, Object is) {
        if (!right) {
            throw new ResilienceConfigurationException(setting, rule + ", and is " + is);
        }
    }

    /** Nothing to check where there is none. */
    static void requirePositiveIfGiven(String setting, @Nullable Duration value) {
        if (value != null) {
            requirePositive(setting, value);
        }
    }

    /** Timers count milliseconds. */
    static void requirePositive(String setting, Duration value) {
        requireTime(setting, value);
        require(value.compareTo(SHORTEST) >= 0, setting, "must be positive, 1 ms at least", value);
    }

    /** May be zero. */
    static void requireTime(String setting, Duration value) {
        Objects.requireNonNull(value, setting);
        require(!value.isNegative(), setting, "must not be negative", value);
        require(value.compareTo(LONGEST) <= 0, setting, "must be a year at most", value);
    }
}
