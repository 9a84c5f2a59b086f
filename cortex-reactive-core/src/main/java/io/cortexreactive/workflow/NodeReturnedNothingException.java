package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/**
 * A callback gave nothing, be it null for a publisher, so that nobody knows how to go on. It can give a result without
 * an output.
 */
public final class NodeReturnedNothingException extends CortexException implements Lasting {

    NodeReturnedNothingException(String node) {
        super(
                "node_returned_nothing",
                "Node '" + node + "' returned nothing. Return a Mono of NodeResult.of(null) if it has no output.",
                null);
    }
}
