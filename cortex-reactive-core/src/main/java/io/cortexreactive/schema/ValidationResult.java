package io.cortexreactive.schema;

import java.util.List;

/**
 * What a check found.
 *
 * @param valid whether there are no errors
 * @param errors each with the place, such as {@code $.days: must be at most 10, is 12}; the first 32 of them
 */
public record ValidationResult(boolean valid, List<String> errors) {

    private static final ValidationResult VALID = new ValidationResult(true, List.of());

    public ValidationResult {
        errors = List.copyOf(errors);
    }

    /** Nothing is wrong. */
    public static ValidationResult ok() {
        return VALID;
    }

    /** These are wrong; at least one. */
    public static ValidationResult invalid(List<String> errors) {
        if (errors.isEmpty()) {
            throw new IllegalArgumentException("What is invalid has an error");
        }
        return new ValidationResult(false, errors);
    }

    /** @throws SchemaViolationException with all the errors, if there are any */
    public void orThrow() {
        if (!valid) {
            throw new SchemaViolationException(errors);
        }
    }
}
