package io.cortexreactive.workflow;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.error.ErrorInfo;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run knows, at some moment. Immutable.
 *
 * @param workflowId the definition's id
 * @param version the definition's version
 * @param runId the run
 * @param tenantId whose; null for nobody's
 * @param currentNode the node that comes next, or that it ended at
 * @param status where it stands
 * @param data the input, and each node's output under the node's id
 * @param history what happened, the oldest first
 * @param pause what it waits for, exactly while it is paused
 * @param times when it began and ended
 */
public record WorkflowState(
        String workflowId,
        String version,
        String runId,
        @Nullable String tenantId,
        @Nullable String currentNode,
        WorkflowStatus status,
        Map<String, Object> data,
        List<HistoryEntry> history,
        @Nullable Pause pause,
        RunTimes times) {

    /** Why the run failed; null unless it has, and says why. */
    public @Nullable ErrorInfo error() {
        return status == WorkflowStatus.FAILED && !history.isEmpty()
                ? history.get(history.size() - 1).error()
                : null;
    }

    /**
     * One transition.
     *
     * @param sequence its number, from 1
     * @param kind what it is
     * @param node the node that it is of; null if of none
     * @param output what it gave; null for nothing
     * @param error why it failed, if it did
     * @param at when, by the store's clock
     * @param branches what the branches of a parallel node gave, which came before it
     */
    public record HistoryEntry(
            long sequence,
            JournalEntry.Kind kind,
            @Nullable String node,
            @Nullable Object output,
            @Nullable ErrorInfo error,
            Instant at,
            List<HistoryEntry> branches) {}
}
