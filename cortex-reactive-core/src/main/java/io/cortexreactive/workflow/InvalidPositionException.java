package io.cortexreactive.workflow;

import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A run was never there: no event has this position, or the run cannot go on from this sequence. */
public final class InvalidPositionException extends CortexException implements Lasting {

    InvalidPositionException(String position) {
        this(position, null);
    }

    InvalidPositionException(String position, @Nullable Throwable cause) {
        this(
                cause,
                "'" + position + "' is no position of the run. Take one from the metadata of an event, or the sequence"
                        + " of a transition that something came after.");
    }

    private InvalidPositionException(@Nullable Throwable cause, String message) {
        super("invalid_position", message, cause);
    }

    /** A definition cannot go on from there: the node that comes next is none of its own. */
    static InvalidPositionException without(RunRecord run, int sequence, String node, WorkflowDefinition definition) {
        String has = run.code().version().equals(definition.version())
                ? ""
                : "from version '" + run.code().version() + "', which the run is of, or ";
        return new InvalidPositionException(
                null,
                "Run '" + run.key().runId() + "' comes to node '" + node + "' after transition " + sequence
                        + ", and version '" + definition.version() + "' of workflow '" + definition.id()
                        + "' has no such node. Fork it " + has + "at an earlier position.");
    }
}
