package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A callback says that the run goes on where it cannot: at a node that is not there, or out of a loop or branch. */
public final class InvalidNodeResultException extends CortexException implements Lasting {

    InvalidNodeResultException(String node) {
        super("invalid_node_result", "Where node '" + node + "' wants to go on, the run cannot.", null);
    }
}
