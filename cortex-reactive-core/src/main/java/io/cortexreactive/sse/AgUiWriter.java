package io.cortexreactive.sse;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.message.ToolCall;
import java.util.LinkedHashMap;
import java.util.Map;

/** The events of one run. */
final class AgUiWriter extends UiWriter {

    private final String threadId;
    private final String runId;

    /** Calls that are open, and whether any of their arguments have come. */
    private final Map<String, Boolean> calls = new LinkedHashMap<>();

    AgUiWriter(String threadId, String runId) {
        this.threadId = threadId;
        this.runId = runId;
    }

    @Override
    void begin() {
        event("RUN_STARTED", "threadId", threadId, "runId", runId);
    }

    @Override
    void step(UiStep step) {
        if (step instanceof UiStep.Text text) {
            delta("TEXT_MESSAGE_CONTENT", UiStep.Text.class, text.text());
        } else if (step instanceof UiStep.Reasoning reasoning) {
            delta("REASONING_MESSAGE_CONTENT", UiStep.Reasoning.class, reasoning.text());
        } else {
            close();
            call(step);
        }
    }

    private void delta(String type, Class<? extends UiStep> kind, String text) {
        if (!text.isEmpty()) {
            event(type, "messageId", part(kind), "delta", text);
        }
    }

    private void call(UiStep step) {
        if (step instanceof UiStep.CallStarted started) {
            start(started.id(), started.tool());
        } else if (step instanceof UiStep.CallArguments arguments) {
            arguments(arguments.id(), arguments.json());
        } else if (step instanceof UiStep.CallReady ready) {
            ready(ready.call());
        } else if (step instanceof UiStep.CallFinished finished) {
            result(finished);
        } else if (step instanceof UiStep.Restarted restarted) {
            endCalls();
            event("CUSTOM", "name", "restarted", "value", Map.of("reason", restarted.reason()));
        } else if (step instanceof UiStep.Finished) {
            endCalls();
            event("RUN_FINISHED", "threadId", threadId, "runId", runId);
        }
    }

    private void start(String id, String tool) {
        calls.put(id, false);
        event("TOOL_CALL_START", "toolCallId", id, "toolCallName", tool);
    }

    private void arguments(String id, String json) {
        calls.put(id, true);
        event("TOOL_CALL_ARGS", "toolCallId", id, "delta", json);
    }

    private void ready(ToolCall call) {
        if (!calls.containsKey(call.id())) {
            start(call.id(), call.name());
        }
        if (!calls.getOrDefault(call.id(), false)) {
            arguments(call.id(), call.invalidArguments() == null ? json(call.input()) : call.invalidArguments());
        }
        calls.remove(call.id());
        event("TOOL_CALL_END", "toolCallId", call.id());
    }

    /** Those that the model did not complete. */
    private void endCalls() {
        calls.keySet().forEach(id -> event("TOOL_CALL_END", "toolCallId", id));
        calls.clear();
    }

    private void result(UiStep.CallFinished finished) {
        Object content = finished.error() == null ? finished.output() : finished.error();
        event(
                "TOOL_CALL_RESULT",
                "messageId",
                nextPart(),
                "toolCallId",
                finished.id(),
                "content",
                content instanceof String text ? text : json(content),
                "role",
                "tool");
    }

    @Override
    String partId(int number) {
        return runId + "-" + number;
    }

    @Override
    void opened(String id, Class<? extends UiStep> kind) {
        if (kind == UiStep.Text.class) {
            event("TEXT_MESSAGE_START", "messageId", id, "role", "assistant");
        } else {
            event("REASONING_START", "messageId", id);
            event("REASONING_MESSAGE_START", "messageId", id, "role", "reasoning");
        }
    }

    @Override
    void closed(String id, Class<? extends UiStep> kind) {
        if (kind == UiStep.Text.class) {
            event("TEXT_MESSAGE_END", "messageId", id);
        } else {
            event("REASONING_MESSAGE_END", "messageId", id);
            event("REASONING_END", "messageId", id);
        }
    }

    @Override
    void fail(ErrorInfo error) {
        close();
        event("RUN_ERROR", "message", error.message(), "code", error.code());
    }

    /** Its last event is that of the last step. */
    @Override
    void end() {
        close();
    }
}
