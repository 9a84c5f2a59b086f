package io.cortexreactive.benchmarks.workflow;

import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.Transitions;
import io.cortexreactive.benchmarks.store.Database;
import io.cortexreactive.persistence.postgres.PostgresRunStore;
import io.cortexreactive.workflow.NodeContext;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.OnTimeout;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowStatus;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** Runs on this project's engine, which is started and has no listeners. A stream is a run. */
final class CortexRuns {

    private static final String TICKET = "ticket";
    private static final String TEXT = "x".repeat(1_000);
    private static final Mono<NodeResult> OUTPUT = Mono.just(NodeResult.of("what a node has found"));

    private final Workflow workflow;
    private final Map<String, FluxSink<String>> streams;
    private final AtomicLong tickets = new AtomicLong();

    private CortexRuns(Database database, WorkflowDefinition definition, Map<String, FluxSink<String>> streams) {
        WorkflowEngine engine =
                WorkflowEngine.create(WorkflowEngine.Parts.of(PostgresRunStore.create(database.pool())));
        workflow = engine.bind(definition);
        engine.start().block();
        this.streams = streams;
    }

    /** Nodes one after the other, which do nothing. */
    static StreamClient chain(Database database, int nodes) {
        Map<String, FluxSink<String>> streams = new ConcurrentHashMap<>();
        WorkflowDefinition.Builder chain = Workflow.define("chain");
        for (int i = 0; i < nodes; i++) {
            String told = i == 0 ? Transitions.OTHER : Transitions.TIMED;
            chain.callback("node-" + i, context -> begun(streams, context, told));
            if (i > 0) {
                chain.edge("node-" + (i - 1), "node-" + i);
            }
        }
        CortexRuns runs = new CortexRuns(database, chain.build(), streams);
        return name -> runs.stream((input, out) ->
                runs.ended(input, WorkflowStatus.COMPLETED).doOnNext(ended -> out.next(Transitions.UNTIMED)));
    }

    /** A run that waits for an answer when its stream ends. */
    static StreamClient paused(Database database) {
        Map<String, FluxSink<String>> streams = new ConcurrentHashMap<>();
        CortexRuns runs = new CortexRuns(database, asking(streams), streams);
        return name -> runs.stream((input, out) -> runs.ended(input, WorkflowStatus.PAUSED));
    }

    /** From the answer until the node after it begins. */
    static StreamClient resumed(Database database) {
        Map<String, FluxSink<String>> streams = new ConcurrentHashMap<>();
        CortexRuns runs = new CortexRuns(database, asking(streams), streams);
        return name -> runs.stream((input, out) -> runs.ended(input, WorkflowStatus.PAUSED)
                .doOnNext(paused -> out.next(Transitions.OTHER))
                .flatMap(paused -> runs.workflow.resume(paused.runId(), Map.of())));
    }

    private static WorkflowDefinition asking(Map<String, FluxSink<String>> streams) {
        return Workflow.define("asking")
                .humanInput("ask", "Go on?", null, null, OnTimeout.cancel())
                .callback("next", context -> begun(streams, context, Transitions.TIMED))
                .edge("ask", "next")
                .build();
    }

    private static Mono<NodeResult> begun(Map<String, FluxSink<String>> streams, NodeContext context, String told) {
        FluxSink<String> out = streams.get(String.valueOf(context.data(TICKET)));
        if (out != null) {
            out.next(told);
        }
        return OUTPUT;
    }

    /** A run that becomes anything else fails the measurement. */
    private Mono<WorkflowResult> ended(Map<String, Object> input, WorkflowStatus wanted) {
        return workflow.run(input).doOnNext(result -> {
            if (result.status() != wanted) {
                throw new IllegalStateException("A run is " + result.status());
            }
        });
    }

    private interface Run {
        Mono<WorkflowResult> begin(Map<String, Object> input, FluxSink<String> out);
    }

    private Flux<String> stream(Run run) {
        return Flux.create(out -> {
            String ticket = Long.toString(tickets.incrementAndGet());
            streams.put(ticket, out);
            Disposable running = run.begin(Map.of(TICKET, ticket, "text", TEXT), out)
                    .subscribe(ended -> {}, out::error, out::complete);
            out.onDispose(() -> {
                running.dispose();
                streams.remove(ticket);
            });
        });
    }
}
