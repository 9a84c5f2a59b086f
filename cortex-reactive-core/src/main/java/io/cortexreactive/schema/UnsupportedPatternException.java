package io.cortexreactive.schema;

import org.jspecify.annotations.Nullable;

/** Comes back out of the validator as it compiles a schema. Never leaves this package. */
final class UnsupportedPatternException extends RuntimeException {

    UnsupportedPatternException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
