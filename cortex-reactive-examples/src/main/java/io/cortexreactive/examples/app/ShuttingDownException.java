package io.cortexreactive.examples.app;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;

/** The application went down in the middle of an answer. */
public final class ShuttingDownException extends CortexException implements Transient {

    private static final long serialVersionUID = 1;

    ShuttingDownException() {
        super("shutting_down", "The application is shutting down.", null);
    }
}
