package io.cortexreactive.structured;

import java.util.Objects;

/**
 * How to get an answer of a given shape.
 *
 * @param strategy how to ask
 * @param attempts the most answers to ask for, the first included; each further one is asked with the errors of the one
 *     before
 */
public record StructuredOptions(StructuredStrategy strategy, int attempts) {

    /** What the model can do best, and one more attempt. */
    public static final StructuredOptions DEFAULTS = new StructuredOptions(StructuredStrategy.AUTO, 2);

    public StructuredOptions {
        Objects.requireNonNull(strategy, "strategy");
        if (attempts < 1) {
            throw new IllegalArgumentException("At least one attempt is needed, not " + attempts);
        }
    }

    /** The same with another strategy. */
    public StructuredOptions withStrategy(StructuredStrategy other) {
        return new StructuredOptions(other, attempts);
    }

    /** The same with another number of attempts, at least 1. */
    public StructuredOptions withAttempts(int most) {
        return new StructuredOptions(strategy, most);
    }
}
