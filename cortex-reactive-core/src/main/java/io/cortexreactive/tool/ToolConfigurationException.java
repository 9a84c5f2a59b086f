package io.cortexreactive.tool;

import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A tool, or how tools are run, was set up in a way that cannot work. */
public final class ToolConfigurationException extends ToolException implements Lasting {

    ToolConfigurationException(String message) {
        this(message, (Throwable) null);
    }

    ToolConfigurationException(String message, @Nullable Throwable cause) {
        super("tool_configuration", message, cause);
    }

    ToolConfigurationException(String tool, String problem) {
        this("Tool '" + tool + "' cannot be used: " + problem + ".");
    }
}
