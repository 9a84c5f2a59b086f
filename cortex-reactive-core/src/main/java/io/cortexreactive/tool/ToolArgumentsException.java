package io.cortexreactive.tool;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A tool cannot work with its arguments. Throw it from a tool to have the model told so and try others. */
public final class ToolArgumentsException extends ToolException implements Lasting {

    /** @param message for the model */
    public ToolArgumentsException(String message) {
        this(message, null);
    }

    ToolArgumentsException(String message, @Nullable Throwable cause) {
        super("tool_invalid_arguments", message, cause);
    }
}
