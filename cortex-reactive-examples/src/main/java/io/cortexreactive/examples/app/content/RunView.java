package io.cortexreactive.examples.app.content;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.workflow.Pause;
import io.cortexreactive.workflow.RunTimes;
import io.cortexreactive.workflow.WorkflowState;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run as the page shows it.
 *
 * @param status where it stands
 * @param node the one that comes next, or that it ended at
 * @param data the topic, and what each node gave
 * @param pause what it waits for
 * @param error why it failed
 */
record RunView(
        String id,
        String status,
        @Nullable String node,
        Map<String, Object> data,
        @Nullable Pause pause,
        RunTimes times,
        @Nullable ErrorInfo error) {

    static RunView of(WorkflowState state) {
        return new RunView(
                state.runId(),
                state.status().value(),
                state.currentNode(),
                state.data(),
                state.pause(),
                state.times(),
                Optional.ofNullable(state.error()).map(ErrorInfo::shown).orElse(null));
    }
}
