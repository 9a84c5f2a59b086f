package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** There is no such workflow, or no such run of this tenant. */
public final class WorkflowNotFoundException extends CortexException implements Lasting {

    private WorkflowNotFoundException(String message) {
        super("workflow_not_found", message, null);
    }

    /** No workflow of this id. */
    static WorkflowNotFoundException forId(String id, Collection<String> known) {
        return new WorkflowNotFoundException("There is no workflow '" + id + "'. "
                + (known.isEmpty() ? "There are none." : "There are: " + String.join(", ", known) + "."));
    }

    /** No run of this id. */
    public static WorkflowNotFoundException forRunId(String runId) {
        return new WorkflowNotFoundException("There is no run '" + runId + "'.");
    }
}
