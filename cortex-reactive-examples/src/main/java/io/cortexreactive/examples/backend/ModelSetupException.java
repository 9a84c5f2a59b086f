package io.cortexreactive.examples.backend;

import org.jspecify.annotations.Nullable;

/** A provider that the environment asks for cannot be used. */
public final class ModelSetupException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ModelSetupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
