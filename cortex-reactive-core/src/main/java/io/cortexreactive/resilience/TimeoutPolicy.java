package io.cortexreactive.resilience;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long one attempt may take. It is for whoever makes the call to keep them, since only it knows what a first token
 * is, and whether anybody waits. Each may be left out: then the limit is the one that the service's client has.
 *
 * @param firstToken until the first piece of the answer
 * @param idle between two pieces, while the consumer waits for one
 * @param total for the whole answer
 */
public record TimeoutPolicy(
        @Nullable Duration firstToken,
        @Nullable Duration idle,
        @Nullable Duration total) {

    /** As the service's client has them. */
    public static final TimeoutPolicy NONE = new TimeoutPolicy(null, null, null);

    public TimeoutPolicy {
        Limits.requirePositiveIfGiven("firstToken", firstToken);
        Limits.requirePositiveIfGiven("idle", idle);
        Limits.requirePositiveIfGiven("total", total);
    }

    /** This, with another limit for the first piece. */
    public TimeoutPolicy withFirstToken(Duration value) {
        return new TimeoutPolicy(value, idle, total);
    }

    /** This, with another limit between pieces. */
    public TimeoutPolicy withIdle(Duration value) {
        return new TimeoutPolicy(firstToken, value, total);
    }

    /** This, with another limit for the whole answer. */
    public TimeoutPolicy withTotal(Duration value) {
        return new TimeoutPolicy(firstToken, idle, value);
    }
}
