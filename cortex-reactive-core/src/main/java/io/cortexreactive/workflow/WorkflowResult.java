package io.cortexreactive.workflow;

import io.cortexreactive.error.ErrorInfo;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a run has come to: its end, or a pause.
 *
 * @param runId the run
 * @param status where it stands
 * @param output of a completed run: what its last node gave, if that is a map, or that under the node's id; otherwise
 *     empty
 * @param state what it knows
 */
public record WorkflowResult(String runId, WorkflowStatus status, Map<String, Object> output, WorkflowState state) {

    /** Why the run failed; null unless it has, and says why. */
    public @Nullable ErrorInfo error() {
        return state.error();
    }

    /** For {@link ResumeOptions}; null unless the run is paused. */
    public @Nullable String pauseToken() {
        return state.pause() == null ? null : state.pause().token();
    }
}
