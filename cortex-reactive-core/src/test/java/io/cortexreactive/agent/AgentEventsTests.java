package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentEvent.AgentIterationCompleted;
import io.cortexreactive.agent.AgentEvent.AgentIterationStarted;
import io.cortexreactive.agent.AgentEvent.AgentMaxIterationsReached;
import io.cortexreactive.agent.AgentEvent.AgentRetrievalFailed;
import io.cortexreactive.agent.AgentEvent.AgentRunCompleted;
import io.cortexreactive.agent.AgentEvent.AgentRunFailed;
import io.cortexreactive.agent.AgentEvent.AgentRunStarted;
import io.cortexreactive.agent.AgentEvent.AgentToolCalled;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.event.FailureEvent;
import io.cortexreactive.memory.Conversation;
import io.cortexreactive.memory.ConversationBusyException;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.memory.WhenBusy;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.retrieval.RetrievalPolicy;
import io.cortexreactive.retrieval.RetrievalPolicy.OnFailure;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AgentEventsTests extends AgentFixture {

    private static final List<String> ONE_TURN = List.of("AgentIterationStarted", "AgentIterationCompleted");

    private final RecordingEvents events = new RecordingEvents();

    private AgentRuntime told(EventPublisher publisher) {
        return runtime().with(AgentRuntime.Around.nothing().withEvents(publisher));
    }

    private Agent told(Tool... tools) {
        return Agent.bind(Agent.define("helper").tools(tools).build(), told(events));
    }

    @Test
    void completedRunIsToldFromItsStartToItsEnd() {
        provider.enqueue(call("t1", "count"), ScriptedReply.text("Done."));
        run(told(counter()));

        assertThat(events.names())
                .containsExactly(
                        "AgentRunStarted",
                        "AgentIterationStarted",
                        "AgentToolCalled",
                        "AgentIterationCompleted",
                        "AgentIterationStarted",
                        "AgentIterationCompleted",
                        "AgentRunCompleted");
        assertThat(events.all())
                .allSatisfy(event -> assertThat(((AgentEvent) event).agent()).isEqualTo("helper"));
        assertThat(events.only(AgentRunStarted.class).input()).isEqualTo(Message.user("Go"));
        assertThat(events.only(AgentToolCalled.class).tool()).isEqualTo("count");
        assertThat(events.only(AgentToolCalled.class).input()).isEqualTo(Map.of("n", 1));
        AgentRunCompleted end = events.only(AgentRunCompleted.class);
        assertThat(end.input()).isEqualTo(Message.user("Go"));
        assertThat(end.output()).isEqualTo("Done.");
        assertThat(end.iterations()).isEqualTo(2);
    }

    @Test
    void iterationsTellHowFarTheRunHasCome() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "count", Map.of("n", 1))
                        .usage(Usage.of(10, 5))
                        .build(),
                ScriptedReply.text("Done."));
        run(told(counter()));
        AgentIterationStarted first = (AgentIterationStarted) events.all().get(1);
        AgentIterationCompleted last = (AgentIterationCompleted) events.all().get(5);
        AgentIterationStarted second = (AgentIterationStarted) events.all().get(4);
        String runId = String.valueOf(first.meta().runId());

        assertThat(first.iteration()).isEqualTo(1);
        assertThat(first.state()).isEqualTo(new AgentState(runId, null, 1, 0, Usage.NONE));
        assertThat(second.iteration()).isEqualTo(2);
        assertThat(second.state()).isEqualTo(new AgentState(runId, null, 2, 1, Usage.of(10, 5)));
        assertThat(last.iteration()).isEqualTo(2);
        assertThat(last.response().text()).isEqualTo("Done.");
    }

    @Test
    void metaSaysWhoseRunItIs() {
        provider.enqueue(ScriptedReply.text("Done."));
        AgentResponse response = Objects.requireNonNull(told().run("Go", AgentContext.conversation("talk"))
                .contextWrite(Tenancy.as(TenantContext.builder("acme").build()))
                .contextWrite(Tenancy.correlation("order-42"))
                .block(LONG));

        assertThat(events.all()).extracting(CortexEvent::meta).allSatisfy(meta -> {
            assertThat(meta.runId()).isEqualTo(response.metadata().get("runId"));
            assertThat(meta.tenantId()).isEqualTo("acme");
            assertThat(meta.correlationId()).isEqualTo("order-42");
            assertThat(meta.metadata()).isEqualTo(Map.of("conversationId", "talk"));
        });
        assertThat(events.all())
                .extracting(CortexEvent::meta)
                .extracting(EventMeta::sequence)
                .containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void failedRunIsToldWithItsError() {
        provider.enqueue(ScriptedReply.fail(Fault.status(400, "ValidationException", "no such thing")));

        StepVerifier.create(told().run("Go")).expectError().verify(LONG);
        assertThat(events.names()).containsExactly("AgentRunStarted", "AgentIterationStarted", "AgentRunFailed");
        AgentRunFailed failed = events.only(AgentRunFailed.class);
        assertThat(failed.exception().code()).isEqualTo("invalid_request");
        assertThat(failed.input()).isEqualTo(Message.user("Go"));
        assertThat(failed.iterations()).isEqualTo(1);
        assertThat(failed).isInstanceOf(FailureEvent.class);
    }

    @Test
    void cancelledRunIsToldAsSuch() {
        provider.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));

        told().run("Go").subscribe().dispose();

        assertThat(events.names()).containsExactly("AgentRunStarted", "AgentIterationStarted", "AgentRunFailed");
        assertThat(events.only(AgentRunFailed.class).exception().code()).isEqualTo("agent_cancelled");
    }

    @Test
    void whoeverTakesTheEndAndCancelsHasACompletedRun() {
        provider.enqueue(ScriptedReply.text("Done."));
        told().stream("Go").takeUntil(AgentStep.Completed.class::isInstance).blockLast(LONG);

        assertThat(events.names()).endsWith("AgentRunCompleted").doesNotContain("AgentRunFailed");
    }

    @Test
    void runAtItsLastIterationIsToldAndCompleted() {
        provider.enqueue(call("t1", "count"));
        told(counter())
                .run("Go", AgentContext.NONE.withLimits(AgentLimits.iterations(1)))
                .block(LONG);

        assertThat(events.names())
                .containsExactly(
                        "AgentRunStarted",
                        "AgentIterationStarted",
                        "AgentIterationCompleted",
                        "AgentMaxIterationsReached",
                        "AgentRunCompleted");
        assertThat(events.only(AgentMaxIterationsReached.class).state().iteration())
                .isEqualTo(1);
        assertThat(events.only(AgentMaxIterationsReached.class).state().toolCalls())
                .isZero();
    }

    @Test
    void runThatGoesOnWithoutItsRetrieverTellsSo() {
        provider.enqueue(ScriptedReply.text("Done."));
        AgentDefinition definition = Agent.define("helper")
                .retriever(
                        (query, limit) -> Mono.error(new IllegalStateException("no index")),
                        RetrievalPolicy.DEFAULTS.withOnFailure(OnFailure.CONTINUE))
                .build();
        run(Agent.bind(definition, told(events)));

        assertThat(events.names()).startsWith("AgentRunStarted", "AgentRetrievalFailed", "AgentIterationStarted");
        assertThat(events.only(AgentRetrievalFailed.class).exception().message())
                .isEqualTo("no index");
    }

    @Test
    void eachSubscriptionIsToldAsARunOfItsOwn() {
        provider.enqueue(ScriptedReply.text("One."), ScriptedReply.text("Two."));
        Mono<AgentResponse> run = told().run("Go");
        run.then(run).block(LONG);

        assertThat(events.all().stream().map(event -> event.meta().runId()).distinct())
                .hasSize(2);
        assertThat(events.names().stream().filter(ONE_TURN::contains)).hasSize(4);
    }

    @Test
    void eventsAreWrittenAsJson() {
        provider.enqueue(call("t1", "count"), ScriptedReply.text("Done."));
        told(counter())
                .run("Go", AgentContext.NONE.withLimits(AgentLimits.iterations(1)))
                .block(LONG);
        JsonNode last = JsonMapper.shared()
                .readTree(JsonMapper.shared().writeValueAsString(events.only(AgentRunCompleted.class)));

        assertThat(events.all())
                .allSatisfy(event -> assertThat(JsonMapper.shared().writeValueAsString(event))
                        .contains("\"agent\":\"helper\""));
        assertThat(last.get("iterations").asInt()).isEqualTo(1);
        assertThat(last.get("meta").get("runId").asString()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsMadeThatNobodyWants(boolean wellDone) {
        provider.enqueue(
                call("t1", "count"),
                wellDone
                        ? ScriptedReply.text("Done.")
                        : ScriptedReply.fail(Fault.status(400, "ValidationException", "no such thing")));
        Agent quiet = Agent.bind(Agent.define("helper").tools(counter()).build(), told(new EventPublisher() {
            @Override
            public boolean wants(Class<? extends CortexEvent> type) {
                return false;
            }

            @Override
            public void publish(CortexEvent event) {
                throw new AssertionError("published: " + event);
            }
        }));

        assertThat(quiet.run("Go")
                        .map(AgentResponse::output)
                        .onErrorReturn("failed")
                        .block(LONG))
                .isEqualTo(wellDone ? "Done." : "failed");
    }

    @Test
    void callsThatRunNothingAreNotToldAsCalls() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "nowhere", Map.of())
                        .toolCall("t2", "count", Map.of("n", 1))
                        .build(),
                ScriptedReply.text("Done."));
        run(told(counter()));

        assertThat(events.only(AgentToolCalled.class).tool()).isEqualTo("count");
    }

    @Test
    void refusedRunHasAStartAndAnEnd() {
        AgentDefinition definition = Agent.define("helper")
                .memory(ConversationMemory.buffer().whenBusy(WhenBusy.REFUSE))
                .build();
        Conversations conversations = Conversations.inMemory();
        Agent agent = Agent.bind(
                definition,
                runtime().with(AgentRuntime.Around.nothing().withEvents(events).withConversations(conversations)));
        Mono<AgentResponse> refused = Mono.usingWhen(
                ConversationMemory.buffer().open("talk", conversations),
                held -> agent.run("Go", AgentContext.conversation("talk")),
                Conversation::close);

        StepVerifier.create(refused)
                .expectError(ConversationBusyException.class)
                .verify(LONG);
        assertThat(events.names()).containsExactly("AgentRunStarted", "AgentRunFailed");
        assertThat(events.only(AgentRunFailed.class).exception().code()).isEqualTo("conversation_busy");
    }

    @Test
    void runThatIsCancelledWhileItWaitsHasAStartAndAnEnd() {
        Agent agent = Agent.bind(
                Agent.define("helper").memory((id, all) -> Mono.never()).build(), told(events));

        agent.run("Go").subscribe().dispose();

        assertThat(events.names()).containsExactly("AgentRunStarted", "AgentRunFailed");
        assertThat(events.only(AgentRunFailed.class).exception().code()).isEqualTo("agent_cancelled");
    }
}
