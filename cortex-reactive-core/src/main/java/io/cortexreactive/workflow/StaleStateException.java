package io.cortexreactive.workflow;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** The run is under way, has ended, or was changed since its state was found. Find it again. */
public final class StaleStateException extends CortexException implements Lasting {

    /** Of this run. */
    public StaleStateException(String runId) {
        super(
                "stale_state",
                "Run '" + runId + "' is under way, has ended, or was changed since its state was found. Find it again.",
                null);
    }
}
