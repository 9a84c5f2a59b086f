package io.cortexreactive.agent;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Flat: an iteration is subscribed again and again, and keeps nothing but what is in the run. */
enum SimpleLoop implements AgentLoop {
    INSTANCE;

    @Override
    public Flux<AgentStep> steps(AgentRun run) {
        return Flux.defer(() -> new AgentTurn(run).steps())
                .repeat(run::goesOn)
                .concatWith(Mono.fromSupplier(run::completed));
    }
}
