package io.cortexreactive.resilience;

import java.time.Duration;

/** Checks of settings. */
final class Limits {

    private Limits() {}

    static void require(boolean right, String rule, Object is) {
        if (!right) {
            throw new ResilienceConfigurationException(rule + ", and is " + is);
        }
    }

    static void requirePositive(String name, Duration value) {
        require(!value.isNegative() && !value.isZero(), name + " must be positive", value);
    }
}
