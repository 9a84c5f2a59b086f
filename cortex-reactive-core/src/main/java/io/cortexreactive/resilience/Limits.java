package io.cortexreactive.resilience;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks of settings. */
final class Limits {

    /** Far beyond what makes sense, and far from where nanoseconds overflow. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Limits() {}

    static void require(boolean right, String setting, String rule, Object is) {
        if (!right) {
            throw new ResilienceConfigurationException(setting, rule + ", and is " + is);
        }
    }

    /** Nothing to check where there is none. */
    static void requirePositive(String setting, @Nullable Duration value) {
        if (value != null) {
            require(!value.isZero(), setting, "must be positive", value);
            requireTime(setting, value);
        }
    }

    static void requireTime(String setting, Duration value) {
        require(!value.isNegative(), setting, "must not be negative", value);
        require(value.compareTo(LONGEST) <= 0, setting, "must be a year at most", value);
    }
}
