package io.cortexreactive;

import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowEvent;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The engine of workflows, which is not started once closing has begun. */
record OpenEngine(Engines engines) implements WorkflowEngine {

    @Override
    public Workflow bind(WorkflowDefinition definition) {
        return engines.workflows().bind(definition);
    }

    @Override
    public Mono<Void> start() {
        return engines.startWorkflows();
    }

    @Override
    public Mono<Void> stop() {
        return engines.workflows().stop();
    }

    @Override
    public Mono<Void> relay(Function<? super WorkflowEvent, ? extends Publisher<?>> to) {
        return engines.workflows().relay(to);
    }

    @Override
    public long runsSetAside() {
        return engines.workflows().runsSetAside();
    }
}
