package io.cortexreactive.examples.app.content;

import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowNode;
import java.util.List;

/**
 * What the page draws of a workflow.
 *
 * @param start where it begins
 * @param lasting whether its runs outlive the application
 */
record Graph(List<Node> nodes, List<Edge> edges, String start, boolean lasting) {

    static Graph of(WorkflowDefinition workflow, boolean lasting) {
        return new Graph(
                workflow.nodes().stream().map(Node::of).toList(),
                workflow.edges().stream()
                        .map(edge -> new Edge(edge.from(), edge.to()))
                        .toList(),
                workflow.start(),
                lasting);
    }

    /** @param kind {@code agent}, {@code person} or {@code code} */
    record Node(String id, String kind) {

        static Node of(WorkflowNode node) {
            if (node instanceof WorkflowNode.AgentCall) {
                return new Node(node.id(), "agent");
            }
            return new Node(node.id(), node instanceof WorkflowNode.HumanInput ? "person" : "code");
        }
    }

    record Edge(String from, String to) {}
}
