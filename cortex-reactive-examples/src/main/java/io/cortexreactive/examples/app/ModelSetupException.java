package io.cortexreactive.examples.app;

/** The model that the environment asks for cannot be used. */
final class ModelSetupException extends RuntimeException {

    private static final long serialVersionUID = 1;

    ModelSetupException(String message, Throwable cause) {
        super(message, cause);
    }
}
