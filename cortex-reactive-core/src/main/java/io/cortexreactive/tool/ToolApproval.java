package io.cortexreactive.tool;

import io.cortexreactive.message.ToolCall;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * Decides on calls of tools that require approval. Asked with exactly what will run: arguments that fit the tool's
 * schema, as hooks have left them.
 */
@FunctionalInterface
public interface ToolApproval {

    /**
     * Decides on one call. Subscribed on a thread that is not an event loop; may take as long as it likes, since it
     * counts neither for the tool's timeout nor for the limit of calls at a time. Cancelled with the run.
     *
     * @return whether the tool may run; empty is no. An error ends the run.
     */
    Mono<Boolean> decide(ToolCall call, ToolContext context);

    /**
     * The same with a reason, which the model is told if the tool may not run. This is what is asked for; where it is
     * not implemented, there is no reason.
     */
    default Mono<Decision> decision(ToolCall call, ToolContext context) {
        return decide(call, context).map(granted -> new Decision(granted, ""));
    }

    /**
     * What was decided.
     *
     * @param granted whether the tool may run
     * @param reason why, for the model, which gets 2,000 chars of it at most; may be empty, and null counts as that
     */
    record Decision(boolean granted, String reason) {

        public Decision {
            reason = Objects.requireNonNullElse(reason, "");
        }
    }
}
