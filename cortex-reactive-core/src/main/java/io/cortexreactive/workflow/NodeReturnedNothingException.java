package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/**
 * A function of a node gave nothing: a callback, be it null for a publisher, so that nobody knows how to go on, or the
 * one that makes its input. A callback can give a result without an output.
 */
public final class NodeReturnedNothingException extends CortexException implements Lasting {

    NodeReturnedNothingException(String node) {
        this(node, "returned nothing. Return a Mono of NodeResult.of(null) if it has no output.");
    }

    private NodeReturnedNothingException(String node, String problem) {
        super("node_returned_nothing", "Node '" + node + "' " + problem, null);
    }

    /**
     * What a node is given.
     *
     * @throws NodeReturnedNothingException if it is null
     */
    static <T> T requireInput(String node, @Nullable T input) {
        if (input == null) {
            throw new NodeReturnedNothingException(
                    node, "has null for its input. Return an empty text or map if it needs none.");
        }
        return input;
    }
}
