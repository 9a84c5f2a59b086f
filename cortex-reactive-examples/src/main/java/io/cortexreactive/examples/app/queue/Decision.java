package io.cortexreactive.examples.app.queue;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.agent.AgentRuns.Approval;
import org.jspecify.annotations.Nullable;

/**
 * What somebody says to a call that waits.
 *
 * @param approved whether it may run
 * @param reason why, for the agent if it may not run
 */
record Decision(@Nullable Boolean approved, @Nullable String reason) {

    /** @throws io.cortexreactive.examples.app.RejectedException if nothing is decided */
    Approval toApproval() {
        if (approved == null) {
            throw invalid("no_decision", "Say whether it may run. Send {\"approved\":true} or {\"approved\":false}.");
        }
        return new Approval(approved, reason == null ? "" : reason);
    }
}
