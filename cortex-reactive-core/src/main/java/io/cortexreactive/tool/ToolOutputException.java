package io.cortexreactive.tool;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** What a tool gave is no JSON value. */
public final class ToolOutputException extends ToolException implements Lasting {

    ToolOutputException(String message, @Nullable Throwable cause) {
        super("tool_invalid_output", message, cause);
    }
}
