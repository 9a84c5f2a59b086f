package io.cortexreactive.agent;

import reactor.core.publisher.Flux;

/** Flat: an iteration is subscribed again and again, and keeps nothing but what is in the run. */
enum SimpleLoop implements AgentLoop {
    INSTANCE;

    @Override
    public Flux<AgentStep> steps(AgentRun run) {
        return run.turn().repeat(run::goesOn);
    }
}
