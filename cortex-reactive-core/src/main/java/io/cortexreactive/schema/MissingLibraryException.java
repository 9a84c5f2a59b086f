package io.cortexreactive.schema;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** Something needs an optional library that is not on the class path; the message names it. */
public final class MissingLibraryException extends CortexException implements Lasting {

    MissingLibraryException(String message, Throwable cause) {
        super("missing_library", message, cause);
    }
}
