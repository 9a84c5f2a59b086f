package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** The run was cancelled, and has no result. */
public final class AgentRunCancelledException extends CortexException implements Lasting {

    /** @param runId which run */
    public AgentRunCancelledException(String runId) {
        super("agent_run_cancelled", "Run '" + runId + "' was cancelled, and has no result.", null);
    }
}
