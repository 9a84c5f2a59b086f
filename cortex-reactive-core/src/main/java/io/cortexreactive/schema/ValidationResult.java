package io.cortexreactive.schema;

import java.util.List;

/**
 * What a validation found.
 *
 * @param valid whether nothing is wrong
 * @param errors everything that is wrong, for people
 */
public record ValidationResult(boolean valid, List<String> errors) {

    public ValidationResult {
        errors = List.copyOf(errors);
    }
}
