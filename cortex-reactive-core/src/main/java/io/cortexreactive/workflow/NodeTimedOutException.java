package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Transient;
import java.time.Duration;

/** A node took longer than it may. */
public final class NodeTimedOutException extends CortexException implements Transient {

    NodeTimedOutException(String node, Duration limit) {
        super("node_timed_out", "Node '" + node + "' took longer than " + limit.toMillis() + " ms.", null);
    }
}
