package io.cortexreactive.sse;

import io.cortexreactive.message.ToolCall;
import org.jspecify.annotations.Nullable;

/** What front ends show of an answer and of a run alike. */
sealed interface UiStep {

    record Text(String text) implements UiStep {}

    record Reasoning(String text) implements UiStep {}

    record CallStarted(String id, String tool) implements UiStep {}

    record CallArguments(String id, String json) implements UiStep {}

    /** The arguments are whole. */
    record CallReady(ToolCall call) implements UiStep {}

    /**
     * The call has its result.
     *
     * @param error null if it went well
     */
    record CallFinished(
            String id, @Nullable Object output, @Nullable String error) implements UiStep {}

    /** What the model said since the last {@link StepEnded} is void. */
    record Restarted(String reason) implements UiStep {}

    /** One answer of the model is done, and its tools. */
    record StepEnded() implements UiStep {}

    record Finished(Reason reason) implements UiStep {}

    /** Why it is finished. */
    enum Reason {
        STOP,
        LENGTH,
        CONTENT_FILTER,
        TOOL_CALLS,
        OTHER
    }
}
