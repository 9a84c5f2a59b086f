package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** The run does not wait for this answer. */
public final class WorkflowNotPausedException extends CortexException implements Lasting {

    private final WorkflowStatus status;

    /** Of a run that stands there; paused, it waits for another answer. */
    public WorkflowNotPausedException(String runId, WorkflowStatus status) {
        super(
                "workflow_not_paused",
                status == WorkflowStatus.PAUSED
                        ? "Run '" + runId + "' waits for the answer to another question. Look at its pause again."
                        : "Run '" + runId + "' is not paused; it is " + status.value() + ".",
                null);
        this.status = status;
    }

    /** Where the run stands. */
    public WorkflowStatus status() {
        return status;
    }
}
