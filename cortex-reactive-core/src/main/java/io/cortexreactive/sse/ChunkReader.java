package io.cortexreactive.sse;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.sse.UiStep.Reason;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Reads the chunks of one answer. */
final class ChunkReader implements Function<ChatChunk, List<UiStep>> {

    private static final Map<StopReason, Reason> REASONS = Map.of(
            StopReason.END_TURN, Reason.STOP,
            StopReason.STOP_SEQUENCE, Reason.STOP,
            StopReason.MAX_TOKENS, Reason.LENGTH,
            StopReason.CONTEXT_WINDOW_EXCEEDED, Reason.LENGTH,
            StopReason.CONTENT_FILTERED, Reason.CONTENT_FILTER,
            StopReason.TOOL_USE, Reason.TOOL_CALLS);

    /** By the index of their block. */
    private final CallIds<Integer> calls = new CallIds<>();

    @Override
    public List<UiStep> apply(ChatChunk chunk) {
        if (chunk instanceof TextDelta delta) {
            return List.of(new UiStep.Text(delta.text()));
        }
        if (chunk instanceof ReasoningDelta delta) {
            return delta.redacted() ? List.of() : List.of(new UiStep.Reasoning(delta.text()));
        }
        if (chunk instanceof StreamRestarted restarted) {
            calls.close();
            return List.of(new UiStep.Restarted(restarted.reason()));
        }
        if (chunk instanceof ChatCompleted done) {
            Reason reason = REASONS.getOrDefault(done.stopReason(), Reason.OTHER);
            return List.of(new UiStep.StepEnded(), new UiStep.Finished(reason));
        }
        return call(chunk);
    }

    private List<UiStep> call(ChatChunk chunk) {
        if (chunk instanceof ToolCallStarted started) {
            return List.of(new UiStep.CallStarted(calls.start(started.index(), started.id()), started.name()));
        }
        if (chunk instanceof ToolCallDelta delta && calls.isOpen(delta.index())) {
            return List.of(new UiStep.CallArguments(calls.of(delta.index(), ""), delta.json()));
        }
        return chunk instanceof ToolCallCompleted done
                ? List.of(new UiStep.CallReady(calls.named(done.index(), done.call())))
                : List.of();
    }
}
