package io.cortexreactive.examples.app.content;

import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.workflow.Pause;
import io.cortexreactive.workflow.WorkflowEvent;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowBranchTaken;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowCompleted;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowFailed;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeEntered;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeExited;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowPaused;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowResumed;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowStarted;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened with a run, as the page has it.
 *
 * @param type its simple class name
 * @param at when
 * @param node the node that it is of
 * @param next the node that comes next
 * @param output what the run was given, or what the node, the person or the run gave
 * @param pause what the run waits for
 * @param error why it failed
 */
record RunEvent(
        String type,
        Instant at,
        @Nullable String node,
        @Nullable String next,
        @Nullable Object output,
        @Nullable Pause pause,
        @Nullable ErrorInfo error) {

    static RunEvent of(WorkflowEvent event) {
        if (event instanceof WorkflowStarted started) {
            return of(event, null, null, started.input());
        }
        if (event instanceof WorkflowNodeEntered entered) {
            return of(event, entered.node(), entered.node(), null);
        }
        if (event instanceof WorkflowNodeExited exited) {
            return of(event, exited.node(), exited.state().currentNode(), exited.output());
        }
        if (event instanceof WorkflowBranchTaken taken) {
            return of(event, taken.node(), taken.branch(), null);
        }
        if (event instanceof WorkflowPaused paused) {
            String node = paused.state().currentNode();
            return of(event, node, node, null).with(paused.state().pause(), null);
        }
        if (event instanceof WorkflowResumed resumed) {
            String node = resumed.state().currentNode();
            return of(event, node, node, resumed.input());
        }
        if (event instanceof WorkflowFailed failed) {
            return of(event, failed.state().currentNode(), null, null)
                    .with(null, failed.exception().shown());
        }
        return of(event, null, null, event instanceof WorkflowCompleted completed ? completed.output() : null);
    }

    private static RunEvent of(
            WorkflowEvent event, @Nullable String node, @Nullable String next, @Nullable Object output) {
        return new RunEvent(event.getClass().getSimpleName(), event.meta().timestamp(), node, next, output, null, null);
    }

    private RunEvent with(@Nullable Pause asked, @Nullable ErrorInfo failure) {
        return new RunEvent(type, at, node, next, output, asked, failure);
    }
}
