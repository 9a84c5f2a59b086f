package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.stream.Collectors;

/**
 * What a callback gives contradicts itself, or says that the run goes on where it cannot: at a node that is not there,
 * or out of a loop or branch.
 */
public final class InvalidNodeResultException extends CortexException implements Lasting {

    InvalidNodeResultException(String message) {
        super("invalid_node_result", message, null);
    }

    /** There is no such node. */
    static InvalidNodeResultException unknown(String node, String next, WorkflowDefinition definition) {
        return new InvalidNodeResultException("Node '" + node + "' goes on with '" + next
                + "', and workflow '" + definition + "' has no node of this id that edges could lead to. It has: "
                + definition.nodes().stream().map(WorkflowNode::id).collect(Collectors.joining(", ")) + ".");
    }

    /** It is the body of a loop. */
    static InvalidNodeResultException inside(String node, String loop) {
        return new InvalidNodeResultException("Node '" + node + "' is the body of loop '" + loop
                + "', and can neither say where the run goes on nor end it. Return NodeResult.of, and let the loop's"
                + " condition or an edge from it decide.");
    }
}
