package io.cortexreactive.tool;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tool.ToolEvent.AfterToolExecution;
import io.cortexreactive.tool.ToolEvent.BeforeToolExecution;
import io.cortexreactive.tool.ToolEvent.ToolError;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells of one call. Makes nothing before somebody wants it. */
final class ToolTelling {

    private final EventPublisher events;
    private final ToolContext context;
    private long startedNanos;
    private long told;

    ToolTelling(EventPublisher events, ToolContext context) {
        this.events = events;
        this.context = context;
    }

    void before(ToolCall call) {
        startedNanos = System.nanoTime();
        if (events.wants(BeforeToolExecution.class)) {
            events.publish(new BeforeToolExecution(meta(call), call.name(), call.input(), context));
        }
    }

    void update(ToolCall call, ToolUpdate update) {
        if (update instanceof ToolResult result && result.success()) {
            after(call, result);
        } else if (update instanceof ToolResult result && events.wants(ToolError.class)) {
            events.publish(new ToolError(meta(call), call.name(), call.input(), error(result)));
        }
    }

    private void after(ToolCall call, ToolResult result) {
        if (events.wants(AfterToolExecution.class)) {
            Duration duration = Duration.ofNanos(System.nanoTime() - startedNanos);
            events.publish(new AfterToolExecution(meta(call), call.name(), call.input(), result.output(), duration));
        }
    }

    private static ErrorInfo error(ToolResult result) {
        String kind = result.errorKind().orElse(ToolErrorKind.FAILED).code();
        String message = result.error() == null ? "The tool gave no reason." : result.error();
        return new ErrorInfo("tool_" + kind, message, result.metadata().containsKey(ToolResult.TRANSIENT));
    }

    private EventMeta meta(ToolCall call) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("callId", call.id());
        if (context.agentId() != null) {
            metadata.put("agentId", context.agentId());
        }
        if (context.conversationId() != null) {
            metadata.put("conversationId", context.conversationId());
        }
        String correlation = context.correlationId().orElse(null);
        return new EventMeta(Instant.now(), context.tenantId(), correlation, null, told++, metadata);
    }
}
