package io.cortexreactive;

import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.queue.AgentRunEngine;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.workflow.WorkflowEngine;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What goes on whoever watches. Of all views: whose a run is, is decided when it begins.
 *
 * @param workflows runs workflows
 * @param agents runs agents in the background
 * @param closed whether closing has begun, after which nothing is started
 */
record Engines(WorkflowEngine workflows, AgentRuns agents, AtomicBoolean closed) {

    static Engines of(Cortex cortex, Cortex.Shared shared, TenantManager tenants) {
        Stores stores = shared.stores();
        WorkflowEngine workflows = WorkflowEngine.create(new WorkflowEngine.Parts(
                stores.runs(),
                cortex.workflows(),
                new WorkflowEngine.Parts.Callees(cortex::agent, cortex.toolExecutor()),
                WorkflowEngine.Parts.Around.nothing()
                        .withTenants(tenants, shared.resolver())
                        .withPlugins(cortex.plugins())
                        .withEvents(shared.events()),
                shared.config().workflow().engine()));
        AgentRuns agents = AgentRunEngine.create(new AgentRunEngine.Parts(
                stores.background().queue(),
                new AgentRunEngine.Callees(
                        () -> cortex.agents().all().stream()
                                .map(AgentDefinition::id)
                                .toList(),
                        cortex::agent),
                new AgentRunEngine.Around(tenants, shared.resolver(), stores.broadcaster(), Schedulers.parallel()),
                stores.background().settings()));
        return new Engines(workflows, agents, new AtomicBoolean());
    }

    Mono<Void> startWorkflows() {
        return unlessClosed(workflows.start(), workflows.stop());
    }

    Mono<Void> startAgents() {
        return unlessClosed(agents.start(), agents.stop());
    }

    /** What is started while closing begins may come behind the stop that is part of it. */
    private Mono<Void> unlessClosed(Mono<Void> start, Mono<Void> stop) {
        Mono<Void> refused = Mono.error(CortexClosedException::new);
        return Mono.defer(() -> closed.get()
                ? refused
                : start.then(Mono.defer(() -> closed.get() ? stop.then(refused) : Mono.empty())));
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            closed.set(true);
            return Flux.mergeDelayError(2, workflows.stop(), agents.stop()).then();
        });
    }
}
