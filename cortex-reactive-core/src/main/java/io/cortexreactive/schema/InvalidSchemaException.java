package io.cortexreactive.schema;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** What was given as a schema is none. */
public final class InvalidSchemaException extends CortexException implements Lasting {

    InvalidSchemaException(String message, @Nullable Throwable cause) {
        super("invalid_schema", message, cause);
    }
}
