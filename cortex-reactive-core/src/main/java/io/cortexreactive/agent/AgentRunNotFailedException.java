package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** Only a run that has failed is begun anew. */
public final class AgentRunNotFailedException extends CortexException implements Lasting {

    /**
     * @param runId which run
     * @param status where it stands
     */
    public AgentRunNotFailedException(String runId, AgentRunStatus status) {
        super(
                "agent_run_not_failed",
                "Run '" + runId + "' is " + status + ", and only one that has failed is begun anew.",
                null);
    }
}
