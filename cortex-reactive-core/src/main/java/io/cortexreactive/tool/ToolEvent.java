package io.cortexreactive.tool;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.FailureEvent;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens with tools. A call gives {@link BeforeToolExecution} and one end: {@link AfterToolExecution} or
 * {@link ToolError}. One that is refused gives {@link ToolError} alone, and one that is cancelled has no end. The
 * metadata of a call's events has its {@code callId}, and {@code agentId} and {@code conversationId} where there are.
 */
public sealed interface ToolEvent extends CortexEvent {

    /** The tool's name, or for an unknown tool the name that the model gave. */
    String tool();

    /** A tool can now be used. */
    record ToolRegistered(EventMeta meta, String tool) implements ToolEvent {}

    /** A tool is about to run; its arguments are fine. */
    record BeforeToolExecution(EventMeta meta, String tool, Map<String, Object> input, ToolContext context)
            implements ToolEvent {}

    /**
     * A tool did what it should.
     *
     * @param duration from its start to its result
     */
    record AfterToolExecution(
            EventMeta meta,
            String tool,
            Map<String, Object> input,
            @Nullable Object output,
            Duration duration) implements ToolEvent {}

    /** A call gave an error result; {@link ToolErrorKind} with {@code tool_} before it is the code. */
    record ToolError(EventMeta meta, String tool, Map<String, Object> input, ErrorInfo exception)
            implements ToolEvent, FailureEvent {}
}
