package io.cortexreactive.workflow;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.FailureEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happens with workflows. The meta has the {@code runId} and, as sequence, the number of the transition; a
 * transition is told once in the process that makes it. Metadata: {@code position}, for {@link Workflow#follow}, and
 * the {@code branch} of a parallel node if there is one.
 */
public sealed interface WorkflowEvent extends CortexEvent {

    /** The workflow's id. */
    String workflow();

    /** A workflow can now be run by its id. */
    record WorkflowRegistered(EventMeta meta, String workflow) implements WorkflowEvent {}

    /** A run begins. */
    record WorkflowStarted(EventMeta meta, String workflow, Map<String, Object> input) implements WorkflowEvent {}

    /**
     * A node is about to be run; the sequence is that of the transition that it will make. Listeners of this process
     * are told when it begins, for each attempt and each turn of a loop, and without a position. Followers and relays
     * are told once for each time that a run comes to a node, with the transition that takes it there: with a parallel
     * node its branches, with a loop not its body.
     */
    record WorkflowNodeEntered(EventMeta meta, String workflow, String node, WorkflowState state)
            implements WorkflowEvent {}

    /** A node is done. */
    record WorkflowNodeExited(
            EventMeta meta,
            String workflow,
            String node,
            WorkflowState state,
            @Nullable Object output) implements WorkflowEvent {}

    /** A condition or an edge chose a way; {@code branch} is the next node. */
    record WorkflowBranchTaken(EventMeta meta, String workflow, String node, String branch) implements WorkflowEvent {}

    /** A run waits for an answer. */
    record WorkflowPaused(EventMeta meta, String workflow, WorkflowState state, String reason)
            implements WorkflowEvent {}

    /** A run was answered; the input is empty if the time was over. */
    record WorkflowResumed(EventMeta meta, String workflow, WorkflowState state, Map<String, Object> input)
            implements WorkflowEvent {}

    /** A run has ended as planned. */
    record WorkflowCompleted(EventMeta meta, String workflow, Map<String, Object> input, Map<String, Object> output)
            implements WorkflowEvent {}

    /** A run has failed. */
    record WorkflowFailed(EventMeta meta, String workflow, WorkflowState state, ErrorInfo exception)
            implements WorkflowEvent, FailureEvent {}

    /** A run was cancelled. */
    record WorkflowCancelled(EventMeta meta, String workflow, WorkflowState state) implements WorkflowEvent {}
}
