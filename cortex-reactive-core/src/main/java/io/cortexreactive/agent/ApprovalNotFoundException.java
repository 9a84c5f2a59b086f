package io.cortexreactive.agent;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;

/** A run does not wait for a decision on this call, or somebody has decided otherwise. */
public final class ApprovalNotFoundException extends CortexException implements Lasting {

    /**
     * @param runId which run
     * @param callId which call
     * @param status where the run stands
     */
    public ApprovalNotFoundException(String runId, String callId, AgentRunStatus status) {
        super(
                "approval_not_found",
                "Run '" + runId + "' is " + status + ", and waits for no decision on the call '" + callId
                        + "': there is no such call, or somebody has decided.",
                null);
    }
}
