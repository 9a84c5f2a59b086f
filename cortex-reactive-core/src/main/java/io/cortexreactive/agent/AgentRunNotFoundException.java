package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** There is no run of this id, or none any more, or it is another tenant's. */
public final class AgentRunNotFoundException extends CortexException implements Lasting {

    /** @param runId which run */
    public AgentRunNotFoundException(String runId) {
        super(
                "agent_run_not_found",
                "There is no run '" + runId + "' of an agent: it never was, or is kept no longer.",
                null);
    }
}
