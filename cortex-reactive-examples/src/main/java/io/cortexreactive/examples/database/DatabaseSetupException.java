package io.cortexreactive.examples.database;

import org.jspecify.annotations.Nullable;

/** The database that the environment asks for cannot be used. */
public final class DatabaseSetupException extends RuntimeException {

    private static final long serialVersionUID = 1;

    DatabaseSetupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
