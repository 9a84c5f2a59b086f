package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Lasting;

/** A run in the background has failed; its error says why. The message leaves out what is not this library's own. */
public final class AgentRunFailedException extends CortexException implements Lasting {

    private final ErrorInfo error;

    /**
     * @param runId which run
     * @param error why
     */
    public AgentRunFailedException(String runId, ErrorInfo error) {
        super(
                "agent_run_failed",
                "Run '" + runId + "' has failed: " + error.shown().message(),
                null);
        this.error = error;
    }

    /** Why it has failed. */
    public ErrorInfo error() {
        return error;
    }
}
