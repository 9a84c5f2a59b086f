package io.cortexreactive.workflow;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node runs with.
 *
 * @param state what the run knows; its history is left out
 * @param node the node's id
 * @param idempotencyKey the same in each attempt, and no other node's: {@code runId/sequence/branch}
 * @param attempt from 1
 * @param answer what the run was resumed with, if this node paused it
 */
public record NodeContext(
        WorkflowState state,
        String node,
        String idempotencyKey,
        int attempt,
        @Nullable Map<String, Object> answer) {

    /** What is in the state under this name; null if nothing is. */
    public @Nullable Object data(String name) {
        return state.data().get(name);
    }
}
