package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A run cannot go on from a node: none of its edges holds, or whether one does cannot be told. */
public final class NoWayOnException extends CortexException implements Lasting {

    private NoWayOnException(String message, @Nullable Throwable cause) {
        super("no_way_on", message, cause);
    }

    /** None of its edges holds, or there are none. */
    static NoWayOnException from(String node, List<String> to) {
        return new NoWayOnException(
                "Nothing leads on from node '" + node + "': "
                        + (to.isEmpty()
                                ? "it has no edges, and is no end."
                                : "none of its edges holds, to " + String.join(", ", to)
                                        + ". One without a condition always does."),
                null);
    }

    /** A condition failed. */
    static NoWayOnException untold(String node, String to, Throwable cause) {
        return new NoWayOnException(
                "Whether node '" + node + "' leads on to '" + to + "' cannot be told: " + cause, cause);
    }
}
