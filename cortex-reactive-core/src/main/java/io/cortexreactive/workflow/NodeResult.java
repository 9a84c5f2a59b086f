package io.cortexreactive.workflow;

import org.jspecify.annotations.Nullable;

/**
 * What a callback node gives.
 *
 * @param output kept in the state under the node's id, in place of the one before; null for nothing. Text, numbers,
 *     booleans, lists and maps of them, or a record or bean that Jackson writes as one
 * @param next the node to go on with; null to follow the edges
 * @param pause if set, the run pauses for this reason, and calls the node again with the answer
 * @param ends whether the run is completed with this
 */
public record NodeResult(
        @Nullable Object output,
        @Nullable String next,
        @Nullable String pause,
        boolean ends) {

    /** @throws InvalidNodeResultException if it says more than one of going on with a node, pausing and ending */
    public NodeResult {
        if (pause != null && (output != null || next != null || ends)) {
            throw new InvalidNodeResultException(
                    "A result that pauses has neither output nor next node, and does not end the run: the node is called"
                            + " again with the answer, and says then.");
        } else if (next != null && ends) {
            throw new InvalidNodeResultException(
                    "A result goes on with node '" + next + "' or ends the run, and not both.");
        }
    }

    /** An output; goes on along the edges. */
    public static NodeResult of(@Nullable Object output) {
        return new NodeResult(output, null, null, false);
    }

    /** An output; goes on with this node, whatever the edges say. */
    public static NodeResult goTo(String node, @Nullable Object output) {
        require("NodeResult.goTo needs the id of a node", node);
        return new NodeResult(output, node, null, false);
    }

    /** Waits for an answer, and calls the node again with {@link NodeContext#answer()}. */
    public static NodeResult pause(String reason) {
        require("NodeResult.pause needs a reason", reason);
        return new NodeResult(null, null, reason, false);
    }

    private static void require(String otherwise, @Nullable String part) {
        if (part == null) {
            throw new InvalidNodeResultException(otherwise + ", and has null.");
        }
    }

    /** An output; the run is completed. */
    public static NodeResult end(@Nullable Object output) {
        return new NodeResult(output, null, null, true);
    }
}
