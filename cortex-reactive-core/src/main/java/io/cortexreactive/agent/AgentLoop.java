package io.cortexreactive.agent;

import reactor.core.publisher.Flux;

/** How an agent goes about it: what it asks the model, and when it is done. Keeps no state of its own. */
@FunctionalInterface
public interface AgentLoop {

    /**
     * The steps of one run but the last, {@link AgentStep.Completed}, which is added. Subscribed once, or again where
     * another agent hands the run back.
     *
     * @param run what the run knows and has come to; nobody else uses it
     */
    Flux<AgentStep> steps(AgentRun run);

    /**
     * Asks the model, runs the tools it calls, all at once, gives it their results, and so on until it calls none, a
     * tool says to stop, or it has been asked as often as it may.
     */
    static AgentLoop simple() {
        return SimpleLoop.INSTANCE;
    }
}
