package io.cortexreactive.tool;

import io.cortexreactive.error.CortexException;
import org.jspecify.annotations.Nullable;

/** Something about tools went wrong. */
public abstract class ToolException extends CortexException {

    ToolException(String code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
