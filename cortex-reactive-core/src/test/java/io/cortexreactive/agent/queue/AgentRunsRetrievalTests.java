package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.retrieval.RetrievalPolicy;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a retriever found for one worker, the next one has as well. */
class AgentRunsRetrievalTests extends AgentRunsFixture {

    private final List<String> looked = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> called = Sinks.empty();
    private List<AgentStep> told = List.of();

    /** Finds something else each time. */
    private Retriever retriever() {
        return (query, limit) -> Mono.fromSupplier(() -> {
            looked.add(query);
            return RetrievedContent.of(new RetrievedItem("Noon " + looked.size(), 0.5, Map.of("source", "noon.md")))
                    .withUsage(Usage.of(7, 0));
        });
    }

    private Retriever broken() {
        return (query, limit) -> {
            looked.add(query);
            return looked.size() == 1
                    ? Mono.error(new IllegalStateException("no index"))
                    : retriever().retrieve(query, limit);
        };
    }

    private Tool slow(Mono<Object> result) {
        return tool("slow", (input, context) -> {
            called.tryEmitEmpty();
            return result;
        });
    }

    private AgentResponse takenOver(AgentDefinition[] before, AgentDefinition... after) {
        Site first = hasty(before);
        first.runs().start().block(SOON);
        String runId = get(first.pending("When?").dispatch());
        called.asMono().block(SOON);
        first.runs().stop().block(SOON);
        Site second = site(after);
        second.runs().start().block(SOON);
        AgentResponse response = get(second.runs().await(runId));
        told = get(second.runs().follow(runId, null).collectList()).stream()
                .filter(AgentStep.Retrieved.class::isInstance)
                .toList();
        return response;
    }

    private String asked(int request) {
        return provider.requests().get(request).messages().stream()
                .map(Message::text)
                .reduce("", String::concat);
    }

    @Test
    void theNextWorkerHasWhatWasFound() {
        provider.enqueue(ScriptedReply.toolCall("t1", "slow", Map.of("n", 1)), ScriptedReply.text("At twelve."));

        AgentResponse response = takenOver(
                new AgentDefinition[] {
                    define(slow(Mono.never())).retriever(retriever()).build()
                },
                define(slow(Mono.just("slow"))).retriever(retriever()).build());

        assertThat(looked).containsExactly("When?");
        assertThat(told).hasSize(1);
        assertThat(asked(1)).contains("Noon 1");
        assertThat(response.metadata())
                .containsEntry("sources", List.of(Map.of("source", "noon.md", "score", 0.5)))
                .containsEntry(
                        "retrievalUsage",
                        Map.of(
                                "inputTokens",
                                7,
                                "outputTokens",
                                0,
                                "cacheReadTokens",
                                0,
                                "cacheWriteTokens",
                                0,
                                "estimated",
                                false));
    }

    @Test
    void subAgentsHaveWhatWasFoundForThem() {
        provider.enqueue(
                ScriptedReply.toolCall("a1", "writer", Map.of("input", "Write")),
                ScriptedReply.toolCall("w1", "slow", Map.of("n", 1)),
                ScriptedReply.text("Written."),
                ScriptedReply.text("Done."));
        AgentDefinition lead = define().agents("writer").build();

        takenOver(
                new AgentDefinition[] {
                    lead,
                    Agent.define("writer")
                            .tools(slow(Mono.never()))
                            .retriever(retriever())
                            .build()
                },
                lead,
                Agent.define("writer")
                        .tools(slow(Mono.just("slow")))
                        .retriever(retriever())
                        .build());

        assertThat(looked).containsExactly("Write");
        assertThat(told).hasSize(1);
        assertThat(asked(2)).contains("Noon 1");
    }

    @Test
    void aRunThatWentOnWithoutStaysWithout() {
        provider.enqueue(ScriptedReply.toolCall("t1", "slow", Map.of("n", 1)), ScriptedReply.text("Whenever."));
        RetrievalPolicy policy = RetrievalPolicy.DEFAULTS.withOnFailure(RetrievalPolicy.OnFailure.CONTINUE);

        AgentResponse response = takenOver(
                new AgentDefinition[] {
                    define(slow(Mono.never())).retriever(broken(), policy).build()
                },
                define(slow(Mono.just("slow"))).retriever(broken(), policy).build());

        assertThat(looked).containsExactly("When?");
        assertThat(asked(1)).doesNotContain("Noon");
        assertThat(told).isEmpty();
        assertThat(response.metadata()).doesNotContainKey("sources");
    }
}
