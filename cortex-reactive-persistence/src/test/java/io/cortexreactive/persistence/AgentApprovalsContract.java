package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep.ApprovalRequested;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Calls that wait for people have one name in every process, whatever ids the model gave them. */
abstract class AgentApprovalsContract {

    private final List<Cortex> processes = new ArrayList<>();
    private final List<Object> ran = new CopyOnWriteArrayList<>();
    private final ScriptedProvider provider = ScriptedProvider.of();

    abstract String address();

    @AfterEach
    void close() {
        processes.forEach(process -> process.close().block(SharedStore.PATIENCE));
    }

    private Cortex process(SharedStore store) {
        Cortex process = Cortex.builder()
                .provider(provider)
                .agentRunQueue(store.agents())
                .agent(Agent.define("careful").tools(risky()).build())
                .build();
        processes.add(process);
        return process;
    }

    private Tool risky() {
        return Tool.builder("risky")
                .description("does something")
                .input(Schema.object().property("n", Schema.integer()))
                .requiresApproval(true)
                .handler((input, context) -> Mono.fromSupplier(() -> {
                    ran.add(input.get("n"));
                    return "risked";
                }))
                .build();
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(SharedStore.PATIENCE));
    }

    /** The first process asks, and another one decides and goes on. */
    private List<ApprovalRequested> decided(SharedStore store, ScriptedReply reply) {
        provider.enqueue(reply, ScriptedReply.text("Done."));
        Cortex first = process(store);
        first.agentRuns().start().block(SharedStore.PATIENCE);
        String runId = value(first.agent("careful").runAsync("Go").dispatch());
        value(first.agentRuns()
                .follow(runId, null)
                .filter(ApprovalRequested.class::isInstance)
                .next());
        first.agentRuns().stop().block(SharedStore.PATIENCE);
        AgentRuns second = process(store).agentRuns();
        second.start().block(SharedStore.PATIENCE);
        List<ApprovalRequested> shown =
                new ArrayList<>(value(second.approvals(runId).collectList()));
        shown.sort(Comparator.comparing(ApprovalRequested::callId).reversed());
        shown.forEach(request -> second.approve(runId, request.callId(), AgentRuns.Approval.grant())
                .block(SharedStore.PATIENCE));
        assertThat(value(second.await(runId).map(AgentResponse::output))).isEqualTo("Done.");
        return shown;
    }

    @Test
    void decisionRunsWhatWasShownUnderItsName() {
        try (SharedStore store = SharedStore.at(address())) {
            List<ApprovalRequested> shown = decided(
                    store,
                    ScriptedReply.builder()
                            .toolCall("c1", "risky", Map.of("n", 1))
                            .toolCall("c1", "risky", Map.of("n", 2))
                            .toolCall("c1", "risky", Map.of("n", 3))
                            .build());

            assertThat(shown).extracting(ApprovalRequested::callId).containsExactly("c1#1-2", "c1#1-1", "c1");
            assertThat(ran).containsExactly(3, 2, 1);
        }
    }

    @Test
    void callWhoseIdNoStoreKeepsIsDecidedOn() {
        try (SharedStore store = SharedStore.at(address())) {
            decided(
                    store,
                    ScriptedReply.builder()
                            .toolCall("x".repeat(1_200), "risky", Map.of("n", 1))
                            .toolCall("a\0b", "risky", Map.of("n", 2))
                            .toolCall("half \uD83D", "risky", Map.of("n", 3))
                            .build());

            assertThat(ran).containsExactly(3, 2, 1);
        }
    }
}
