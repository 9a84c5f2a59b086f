package io.cortexreactive.guardrail;

import java.util.Objects;

/**
 * Something found in a text. Never says the text itself, which may be a secret.
 *
 * @param rule what it is against, such as {@code card}; meant for programs
 * @param description for people
 * @param start where it begins in the text that was checked, in characters from 0
 * @param end where it ends, exclusive
 */
public record Violation(String rule, String description, int start, int end) {

    public Violation {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(description, "description");
        if (start < 0 || end < start) {
            throw new IllegalArgumentException("A violation cannot be from " + start + " to " + end);
        }
    }

    /** This, further on by so many characters. */
    public Violation shifted(int by) {
        return by == 0 ? this : new Violation(rule, description, start + by, end + by);
    }
}
