package io.cortexreactive.tool;

import io.cortexreactive.error.Transient;
import java.time.Duration;

/** A tool took longer than it may, and was cancelled. */
public final class ToolTimeoutException extends ToolException implements Transient {

    ToolTimeoutException(String tool, Duration limit) {
        super("tool_timeout", "The tool '" + tool + "' took longer than " + limit.toMillis() + " ms.", null);
    }
}
