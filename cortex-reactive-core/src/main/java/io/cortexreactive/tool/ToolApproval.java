package io.cortexreactive.tool;

import io.cortexreactive.message.ToolCall;
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
}
