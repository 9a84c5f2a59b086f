package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A node would begin a run below more others than may wait one for the next. */
public final class SubWorkflowDepthException extends CortexException implements Lasting {

    SubWorkflowDepthException(WorkflowNode.SubWorkflow node, int max) {
        super(
                "sub_workflow_too_deep",
                "Node '" + node.id() + "' would begin a run of '" + node.workflowId() + "' below " + max
                        + " others that wait one for the next, and 'cortex.workflow.engine.max_depth' allows " + max
                        + " runs in all. End the recursion, or allow more.",
                null);
    }
}
