package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.workflow.NodeContext;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.OnTimeout;
import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowState;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;

/** A run waits for a person, its process ends, and another one goes on: here, another front door on the same store. */
public final class Workflows {

    private static final Schema YES_OR_NO =
            Schema.object().property("approved", Schema.bool()).required("approved");

    private Workflows() {}

    /** Runs it. */
    public static void main(String... args) {
        show(System.out::println);
    }

    static void show(Consumer<String> out) {
        RunStore runs = RunStore.inMemory();
        String runId = begin(runs, out);
        answer(runs, runId, out);
    }

    private static String begin(RunStore runs, Consumer<String> out) {
        Cortex cortex = open(runs);
        WorkflowResult waiting = cortex.workflow("publishing")
                .run(Map.of("topic", "the sea"))
                .blockOptional()
                .orElseThrow();
        out.accept(waiting.status() + " at " + waiting.state().currentNode() + ": "
                + waiting.state().data().get("write"));
        cortex.close().block();
        return waiting.runId();
    }

    private static void answer(RunStore runs, String runId, Consumer<String> out) {
        Cortex cortex = open(runs);
        Mono<WorkflowResult> ended = cortex.workflow("publishing").resume(runId, Map.of("approved", true));
        ended.doOnNext(run ->
                        out.accept(run.status() + ": " + run.state().data().get("publish")))
                .block();
        cortex.close().block();
    }

    private static Cortex open(RunStore runs) {
        Provider provider = ScriptedProvider.of("The sea is wide.");
        AgentDefinition writer =
                Agent.define("writer").systemPrompt("You write.").build();

        WorkflowDefinition publishing = Workflow.define("publishing")
                .agent("write", "writer", state -> "Write about " + state.data().get("topic"))
                .humanInput("approve", "Publish it?", YES_OR_NO, null, OnTimeout.fail())
                .condition("check", Workflows::isApproved, "publish", "write")
                .callback("publish", run -> publish(run).map(NodeResult::of))
                .edge("write", "approve")
                .edge("approve", "check")
                .build();

        return Cortex.builder()
                .provider(provider)
                .agent(writer)
                .workflow(publishing)
                .runStore(runs)
                .build();
    }

    private static boolean isApproved(WorkflowState state) {
        return state.data().get("approve") instanceof Map<?, ?> answer && Boolean.TRUE.equals(answer.get("approved"));
    }

    /** Runs again after a crash in the middle, so whoever takes the text is given the key, and can tell. */
    private static Mono<String> publish(NodeContext run) {
        return Mono.fromSupplier(() -> "published as " + run.idempotencyKey());
    }
}
