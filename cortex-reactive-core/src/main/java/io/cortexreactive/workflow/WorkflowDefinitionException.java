package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.List;

/** A workflow cannot be made: everything that is wrong with it. */
public final class WorkflowDefinitionException extends CortexException implements Lasting {

    private final List<String> problems;

    WorkflowDefinitionException(String workflowId, List<String> problems) {
        super("invalid_workflow", "Workflow '" + workflowId + "' cannot be made: " + String.join("; ", problems), null);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong with it. */
    public List<String> problems() {
        return problems;
    }
}
