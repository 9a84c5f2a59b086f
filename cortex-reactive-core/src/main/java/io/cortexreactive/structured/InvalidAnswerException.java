package io.cortexreactive.structured;

import io.cortexreactive.schema.ValidationResult;
import java.util.List;

/** Brings what is wrong with an answer to where it is decided whether to ask again. Never leaves this package. */
final class InvalidAnswerException extends RuntimeException {

    private final transient List<String> errors;

    InvalidAnswerException(List<String> errors) {
        super(String.join("; ", errors), null, false, false);
        this.errors = List.copyOf(errors);
    }

    /** @param place where in the answer the errors count from */
    static InvalidAnswerException at(String place, List<String> errors) {
        return new InvalidAnswerException(errors.stream()
                .map(error -> error.startsWith("$") ? place + error.substring(1) : error)
                .toList());
    }

    static void check(ValidationResult result, String place) {
        if (!result.valid()) {
            throw at(place, result.errors());
        }
    }

    List<String> errors() {
        return errors;
    }
}
