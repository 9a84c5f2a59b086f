package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentEvent.AgentRetrievalFailed;
import io.cortexreactive.agent.AgentStep.Retrieved;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.EventHub;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.retrieval.RetrievalPolicy;
import io.cortexreactive.retrieval.RetrievalTimeoutException;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class AgentRetrievalTests extends AgentFixture {

    private static final RetrievedContent FOUND =
            RetrievedContent.of(new RetrievedItem("Noon is at twelve.", 0.5, Map.of("source", "noon.md")));

    private Agent agent(Retriever retriever, RetrievalPolicy policy) {
        return Agent.bind(
                Agent.define("helper")
                        .tools(counter())
                        .retriever(retriever, policy)
                        .build(),
                runtime());
    }

    private Agent agent(Retriever retriever) {
        return agent(retriever, RetrievalPolicy.DEFAULTS);
    }

    private List<String> asked(int call) {
        return provider.requests().get(call).messages().stream()
                .map(Message::text)
                .toList();
    }

    @Test
    void whatIsFoundIsToldAndReachesTheModelInEachIteration() {
        provider.enqueue(call("t1", "count"), ScriptedReply.text("Done."));

        StepVerifier.create(agent((query, limit) -> Mono.just(FOUND)).stream("When?"))
                .expectNext(new Retrieved(PATH, 0, FOUND))
                .thenConsumeWhile(step -> true)
                .expectComplete()
                .verify(LONG);

        assertThat(asked(0).get(0)).startsWith("When?").contains("Noon is at twelve.");
        assertThat(asked(1).get(0)).isEqualTo(asked(0).get(0));
    }

    @Test
    void theQuestionIsWhatIsLookedFor() {
        provider.enqueue(ScriptedReply.text("Done."));
        Agent agent = agent((query, limit) -> Mono.just(RetrievedContent.of(RetrievedItem.of(query + limit, 1))));

        agent.run("When?").block(LONG);

        assertThat(asked(0).get(0)).contains("When?5");
    }

    @Test
    void theResponseHasTheSourcesAndWhatTheUserSaid() {
        provider.enqueue(ScriptedReply.text("Done."));

        AgentResponse response = run(agent((query, limit) -> Mono.just(FOUND)));

        assertThat(response.metadata()).containsEntry("sources", List.of(Map.of("source", "noon.md", "score", 0.5)));
        assertThat(response.messages()).extracting(Message::text).containsExactly("Go", "Done.");
    }

    @Test
    void nothingFoundChangesNothing() {
        provider.enqueue(ScriptedReply.text("Done."), ScriptedReply.text("Done."));

        AgentResponse response = run(agent((query, limit) -> Mono.just(RetrievedContent.NONE)));
        run(agent((query, limit) -> Mono.empty()));

        assertThat(response.metadata()).doesNotContainKey("sources");
        assertThat(asked(0)).containsExactly("Go");
        assertThat(asked(1)).containsExactly("Go");
    }

    @Test
    void aRetrieverThatFailsFailsTheRunBeforeTheModelIsAsked() {
        StepVerifier.create(agent((query, limit) -> Mono.error(new IllegalStateException("no index")))
                        .run("Go"))
                .expectErrorMessage("no index")
                .verify(LONG);

        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void byPolicyTheRunGoesOnWithoutAndSaysSo() {
        provider.enqueue(ScriptedReply.text("Done."));
        EventHub events = EventHub.create(EventSettings.DEFAULTS);
        Agent agent = Agent.bind(
                Agent.define("helper")
                        .retriever(
                                (query, limit) -> Mono.error(new IllegalStateException("no index")),
                                RetrievalPolicy.DEFAULTS.withOnFailure(RetrievalPolicy.OnFailure.CONTINUE))
                        .build(),
                runtime().with(AgentRuntime.Around.nothing().withEvents(events)));

        StepVerifier.create(events.stream().on(AgentRetrievalFailed.class).take(1))
                .then(() -> assertThat(run(agent).output()).isEqualTo("Done."))
                .assertNext(
                        event -> assertThat(event.exception()).isEqualTo(new ErrorInfo("internal", "no index", false)))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aRetrieverThatNeverAnswersDoesNotHoldTheRun() {
        provider.enqueue(ScriptedReply.text("Done."));
        RetrievalPolicy impatient = RetrievalPolicy.DEFAULTS.withTimeout(Duration.ofMillis(1));

        StepVerifier.create(agent((query, limit) -> Mono.never(), impatient).run("Go"))
                .expectError(RetrievalTimeoutException.class)
                .verify(LONG);
        assertThat(run(agent(
                                (query, limit) -> Mono.never(),
                                impatient.withOnFailure(RetrievalPolicy.OnFailure.CONTINUE)))
                        .output())
                .isEqualTo("Done.");
    }

    @Test
    void aLongTextIsCutAlsoWhereMemoryIsSmallAndTheResponseSaysSo() {
        provider.enqueue(ScriptedReply.text("Done."));
        Agent agent = Agent.bind(
                Agent.define("helper")
                        .memory(ConversationMemory.tokenLimit(100))
                        .retriever((query, limit) ->
                                Mono.just(RetrievedContent.of(RetrievedItem.of("x".repeat(100_000), 1))))
                        .build(),
                runtime());

        AgentResponse response = agent.run("Go", AgentContext.conversation("talk"))
                .blockOptional(LONG)
                .orElseThrow();

        assertThat(asked(0).get(0)).hasSizeLessThan(21_000).contains("cut off");
        assertThat(response.metadata().get("retrievalLeftOut")).isEqualTo(80_000L + " [… cut off]".length());
    }

    @Test
    void whatLookingCostIsInTheResponseAlsoWhereNothingIsFound() {
        provider.enqueue(ScriptedReply.text("Done."), ScriptedReply.text("Done."));

        AgentResponse found = run(agent((query, limit) -> Mono.just(FOUND.withUsage(Usage.of(7, 0)))));
        AgentResponse nothing =
                run(agent((query, limit) -> Mono.just(RetrievedContent.NONE.withUsage(Usage.of(7, 0)))));

        assertThat(found.metadata()).containsEntry("retrievalUsage", Usage.of(7, 0));
        assertThat(nothing.metadata())
                .containsEntry("retrievalUsage", Usage.of(7, 0))
                .doesNotContainKeys("sources", "retrievalLeftOut");
        assertThat(asked(1)).containsExactly("Go");
    }

    @Test
    void cancelReachesTheRetriever() {
        TestPublisher<RetrievedContent> looking = TestPublisher.create();

        StepVerifier.create(agent((query, limit) -> looking.mono()).stream("Go"))
                .then(looking::assertWasSubscribed)
                .thenCancel()
                .verify(LONG);

        looking.assertCancelled();
        assertThat(provider.requests()).isEmpty();
    }
}
