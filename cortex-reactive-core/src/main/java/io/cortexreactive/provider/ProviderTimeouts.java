package io.cortexreactive.provider;

import io.cortexreactive.resilience.TimeoutPolicy;
import java.time.Duration;

/**
 * How long a call may take. All four must be positive, and a year at most.
 *
 * @param connect until the connection stands, waiting for a free one included; 10 s by default
 * @param firstToken from subscription until the first chunk; 60 s by default
 * @param idle between two chunks, while the consumer waits for one; 60 s by default
 * @param total for the whole call; 10 min by default
 */
public record ProviderTimeouts(Duration connect, Duration firstToken, Duration idle, Duration total) {

    private static final Duration LONGEST = Duration.ofDays(365);

    /** 10 s, 60 s, 60 s, 10 min. */
    public static final ProviderTimeouts DEFAULTS = new ProviderTimeouts(
            Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofMinutes(10));

    public ProviderTimeouts {
        requirePositive("connect", connect);
        requirePositive("firstToken", firstToken);
        requirePositive("idle", idle);
        requirePositive("total", total);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new ProviderConfigurationException("Timeout '" + name + "' must be positive, and is " + value);
        }
        if (value.compareTo(LONGEST) > 0) {
            throw new ProviderConfigurationException("Timeout '" + name + "' must be a year at most, and is " + value);
        }
    }

    /** These, with those of a call's own that there are. */
    ProviderTimeouts with(TimeoutPolicy own) {
        return new ProviderTimeouts(
                connect,
                own.firstToken() == null ? firstToken : own.firstToken(),
                own.idle() == null ? idle : own.idle(),
                own.total() == null ? total : own.total());
    }

    /** These, with another limit for connecting. */
    public ProviderTimeouts withConnect(Duration value) {
        return new ProviderTimeouts(value, firstToken, idle, total);
    }

    /** These, with another limit for the first chunk. */
    public ProviderTimeouts withFirstToken(Duration value) {
        return new ProviderTimeouts(connect, value, idle, total);
    }

    /** These, with another limit between chunks. */
    public ProviderTimeouts withIdle(Duration value) {
        return new ProviderTimeouts(connect, firstToken, value, total);
    }

    /** These, with another limit for the whole call. */
    public ProviderTimeouts withTotal(Duration value) {
        return new ProviderTimeouts(connect, firstToken, idle, value);
    }
}
