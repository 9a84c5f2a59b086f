package io.cortexreactive.sse;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.message.ToolCall;
import java.util.Locale;
import java.util.Map;

/** The parts of one message, in steps. */
final class AiSdkWriter extends UiWriter {

    private boolean inStep;

    @Override
    void begin() {
        event("start");
    }

    @Override
    void step(UiStep step) {
        if (step instanceof UiStep.StepEnded) {
            endStep();
        } else if (step instanceof UiStep.Finished finished) {
            endStep();
            event("finish", "finishReason", name(finished.reason()));
        } else {
            beginStep();
            content(step);
        }
    }

    private static String name(UiStep.Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void beginStep() {
        if (!inStep) {
            inStep = true;
            event("start-step");
        }
    }

    private void endStep() {
        close();
        if (inStep) {
            inStep = false;
            event("finish-step");
        }
    }

    private void content(UiStep step) {
        if (step instanceof UiStep.Text text) {
            event("text-delta", "id", part(UiStep.Text.class), "delta", text.text());
        } else if (step instanceof UiStep.Reasoning reasoning) {
            event("reasoning-delta", "id", part(UiStep.Reasoning.class), "delta", reasoning.text());
        } else {
            close();
            call(step);
        }
    }

    private void call(UiStep step) {
        if (step instanceof UiStep.CallStarted started) {
            event("tool-input-start", "toolCallId", started.id(), "toolName", started.tool());
        } else if (step instanceof UiStep.CallArguments arguments) {
            event("tool-input-delta", "toolCallId", arguments.id(), "inputTextDelta", arguments.json());
        } else if (step instanceof UiStep.CallReady ready) {
            ready(ready.call());
        } else if (step instanceof UiStep.CallFinished finished) {
            finished(finished);
        } else if (step instanceof UiStep.Restarted restarted) {
            event("data-restarted", "data", Map.of("reason", restarted.reason()));
        }
    }

    private void ready(ToolCall call) {
        if (call.invalidArguments() == null) {
            event("tool-input-available", "toolCallId", call.id(), "toolName", call.name(), "input", call.input());
        } else {
            event(
                    "tool-input-error",
                    "toolCallId",
                    call.id(),
                    "toolName",
                    call.name(),
                    "input",
                    call.invalidArguments(),
                    "errorText",
                    "The arguments are no JSON object.");
        }
    }

    private void finished(UiStep.CallFinished finished) {
        if (finished.error() != null) {
            event("tool-output-error", "toolCallId", finished.id(), "errorText", finished.error());
        } else {
            event("tool-output-available", "toolCallId", finished.id(), "output", finished.output());
        }
    }

    @Override
    void opened(String id, Class<? extends UiStep> kind) {
        event(prefix(kind) + "-start", "id", id);
    }

    @Override
    void closed(String id, Class<? extends UiStep> kind) {
        event(prefix(kind) + "-end", "id", id);
    }

    private static String prefix(Class<? extends UiStep> kind) {
        return kind == UiStep.Text.class ? "text" : "reasoning";
    }

    @Override
    void fail(ErrorInfo error) {
        close();
        event("error", "errorText", error.message());
        end();
    }

    @Override
    void end() {
        line("[DONE]");
    }
}
