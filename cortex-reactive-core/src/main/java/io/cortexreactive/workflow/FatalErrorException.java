package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/**
 * Code of a node threw an error of the virtual machine: a class or method is missing, the stack is too small, or memory
 * is short. The error is the cause.
 */
public final class FatalErrorException extends CortexException implements Lasting {

    FatalErrorException(String node, Error cause) {
        super(
                "fatal_error",
                "Code of node '" + node + "' threw " + cause + ". Mend "
                        + (cause instanceof LinkageError
                                ? "the class path: a class does not fit to what it runs with."
                                : "what it needs that much stack or memory for."),
                cause);
    }
}
