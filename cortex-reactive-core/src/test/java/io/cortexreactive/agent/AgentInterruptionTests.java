package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.memory.Interruption;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolProgress;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Runs that end before their end, at each point there is. */
class AgentInterruptionTests extends AgentFixture {

    private static final int STEPS = 15;
    private static final AgentContext CONVERSATION = AgentContext.conversation("c1");

    private final AgentRuntime runtime =
            runtime().with(AgentRuntime.Around.nothing().withConversations(Conversations.inMemory()));

    private Agent remembering(Tool... tools) {
        return Agent.bind(
                Agent.define("helper")
                        .tools(tools)
                        .memory(ConversationMemory.buffer())
                        .build(),
                runtime);
    }

    private Agent scripted() {
        Tool steps = tool(
                "steps",
                (input, context) ->
                        Flux.just(new ToolProgress("one"), new ToolProgress("two"), ToolResult.success("three")));
        provider.enqueue(
                ScriptedReply.builder()
                        .chunks("Look", " here.")
                        .toolCall("t1", "count", Map.of("n", 1))
                        .toolCall("t2", "steps", Map.of("n", 2))
                        .build(),
                ScriptedReply.builder().chunks("Done", ".").build());
        return remembering(counter(), steps);
    }

    static IntStream points() {
        return IntStream.range(0, STEPS);
    }

    @Test
    void thePointsAreAllThereAre() {
        StepVerifier.create(scripted().stream("Go", CONVERSATION))
                .expectNextCount(STEPS)
                .expectComplete()
                .verify(LONG);
    }

    @ParameterizedTest
    @MethodSource("points")
    void cancelLeavesNothingOpenAndAValidConversation(int point) {
        StepVerifier.create(scripted().stream("Go", CONVERSATION), point)
                .expectNextCount(point)
                .thenCancel()
                .verify(LONG);

        assertThat(provider.active()).isZero();
        assertGoesOn();
    }

    @ParameterizedTest
    @MethodSource("points")
    void takingNoMoreThanSoManyLeavesAValidConversation(int point) {
        scripted().stream("Go", CONVERSATION).take(point).blockLast(LONG);

        assertThat(provider.active()).isZero();
        assertGoesOn();
    }

    @ParameterizedTest
    @MethodSource("points")
    void failureLeavesAValidConversation(int point) {
        StepVerifier.create(scripted().stream("Go", CONVERSATION)
                        .index()
                        .concatMap(
                                step -> step.getT1() == point
                                        ? Mono.error(new IllegalStateException("broken"))
                                        : Mono.just(step.getT2()),
                                0))
                .expectNextCount(point)
                .expectErrorMessage("broken")
                .verify(LONG);

        assertThat(provider.active()).isZero();
        assertGoesOn();
    }

    /** The next run in the conversation sees all that was said, each call with its result. */
    private void assertGoesOn() {
        int before = provider.requests().size();
        // What the first run left of the script is not what the second one is about.
        Agent next = remembering();
        provider.enqueue(ScriptedReply.text("On."));
        next.run("Again", CONVERSATION).block(LONG);
        List<Message> messages = provider.requests().get(before).messages();

        assertValid(messages);
        assertThat(messages.get(messages.size() - 1).text()).isEqualTo("Again");
    }

    private static void assertValid(List<Message> messages) {
        assertThat(messages.get(0).role()).isEqualTo(Role.USER);
        for (int i = 0; i < messages.size(); i++) {
            List<String> called =
                    messages.get(i).toolCalls().stream().map(ToolCall::id).toList();
            if (!called.isEmpty()) {
                assertThat(results(messages.get(i + 1)))
                        .extracting(ToolResultContent::callId)
                        .isEqualTo(called);
            }
            assertThat(messages.get(i).role() != Role.TOOL
                            || !messages.get(i - 1).toolCalls().isEmpty())
                    .isTrue();
        }
    }

    @Test
    void whatAnAnswerHadSaidIsKeptAndMarked() {
        provider.enqueue(
                ScriptedReply.builder()
                        .chunks("half", " of", " it")
                        .fault(Fault.cutAfter(2))
                        .build(),
                ScriptedReply.text("Whole."));
        Agent agent = remembering();

        StepVerifier.create(agent.run("Go", CONVERSATION))
                .expectError(StreamInterruptedException.class)
                .verify(LONG);
        agent.run("On", CONVERSATION).block(LONG);

        List<Message> asked = provider.requests().get(1).messages();
        assertThat(asked).extracting(Message::text).containsExactly("Go", "half of", "On");
        assertThat(asked).filteredOn(Interruption::marks).containsExactly(asked.get(1));
    }

    @Test
    void toolsUnderWayHaveResultsThatSayTheyWereInterrupted() {
        Tool never = tool("never", (input, context) -> Mono.never());
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "count", Map.of("n", 1))
                        .toolCall("t2", "never", Map.of("n", 1))
                        .build(),
                ScriptedReply.text("On."));
        Agent agent = remembering(counter(), never);

        StepVerifier.create(agent.stream("Go", CONVERSATION))
                .thenConsumeWhile(step -> !(step instanceof AgentStep.ToolFinished))
                .expectNextCount(1)
                .thenCancel()
                .verify(LONG);
        agent.run("On", CONVERSATION).block(LONG);

        assertThat(results(provider.requests().get(1).messages().get(2)))
                .extracting(result -> result.callId() + " " + result.error() + " " + result.result())
                .containsExactly("t1 false ran 1", "t2 true The run was interrupted before this tool had ended.");
    }

    @Test
    void timeThatIsUpEndsTheRunWithWhatItHas() {
        provider.enqueue(
                call("t1", "count"),
                ScriptedReply.builder()
                        .chunks("half", "never")
                        .chunkDelay(Duration.ofHours(2))
                        .build());

        StepVerifier.withVirtualTime(() -> remembering(counter())
                        .run("Go", CONVERSATION.withLimits(AgentLimits.NONE.withMaxDuration(Duration.ofMinutes(90)))))
                .thenAwait(Duration.ofMinutes(60))
                .thenAwait(Duration.ofMinutes(30))
                .assertNext(response -> {
                    assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_DURATION);
                    assertThat(response.iterations()).hasSize(1);
                    assertValid(response.messages());
                })
                .expectComplete()
                .verify(LONG);
        assertThat(provider.active()).isZero();
    }

    /** What a run goes about with, and all that its models say. */
    enum Kind {
        REACT,
        REACT_IN_TEXT,
        PLAN,
        SUB_AGENT
    }

    private Agent of(Kind kind, ScriptedProvider model) {
        AgentDefinition inner =
                Agent.define("inner").systemPrompt("Inner.").tools(counter()).build();
        AgentDefinition.Builder definition = Agent.define("helper")
                .memory(ConversationMemory.buffer())
                .loop(
                        switch (kind) {
                            case PLAN -> AgentLoop.planAndExecute();
                            case SUB_AGENT -> AgentLoop.simple();
                            case REACT, REACT_IN_TEXT -> AgentLoop.react();
                        });
        AgentDefinition made = kind == Kind.SUB_AGENT
                ? definition.agents("inner").build()
                : definition.tools(counter()).build();
        AgentRuntime own = runtime(chat(model)).with(runtime.around());
        return Agent.bind(made, own.withAgents(AgentRegistry.of(List.of(inner, made))));
    }

    private static ScriptedProvider model(Kind kind) {
        ScriptedReply[] replies = switch (kind) {
            case REACT -> new ScriptedReply[] {call("t1", "count"), chunks("One", ".")};
            case REACT_IN_TEXT ->
                new ScriptedReply[] {
                    chunks("Thought: I", " count.\nAction: count\n", "Action Input: {\"n\": 1}"),
                    chunks("Final Answer: ", "One", ".")
                };
            case PLAN ->
                new ScriptedReply[] {
                    chunks("{\"steps\":[\"Count\",\"Look\"]}"),
                    call("t1", "count"),
                    chunks("One", "."),
                    chunks("Seen", "."),
                    chunks("One was", " seen.")
                };
            case SUB_AGENT ->
                new ScriptedReply[] {
                    ScriptedReply.toolCall("a1", "inner", Map.of("input", "Count")),
                    call("t1", "count"),
                    chunks("One", "."),
                    chunks("Done", ".")
                };
        };
        ScriptedProvider.Builder model = ScriptedProvider.builder();
        ScriptedProvider made =
                (kind == Kind.REACT_IN_TEXT ? model.capabilities(ProviderCapabilities.of()) : model).build();
        made.enqueue(replies);
        return made;
    }

    private static ScriptedReply chunks(String... chunks) {
        return ScriptedReply.builder().chunks(chunks).build();
    }

    @ParameterizedTest
    @EnumSource
    void cancelOfAnyKindAtAnySignalLeavesAValidConversation(Kind kind) {
        int all = Objects.requireNonNull(
                        of(kind, model(kind)).stream("Go").collectList().block(LONG))
                .size();
        assertThat(all).isGreaterThan(5);
        for (int point = 0; point <= all; point++) {
            AgentContext conversation = AgentContext.conversation(kind + " " + point);
            ScriptedProvider model = model(kind);
            StepVerifier.create(of(kind, model).stream("Go", conversation), point)
                    .expectNextCount(point)
                    .thenCancel()
                    .verify(LONG);
            assertThat(model.active()).isZero();
            assertGoesOnIn(conversation);
        }
    }

    private void assertGoesOnIn(AgentContext conversation) {
        int before = provider.requests().size();
        provider.enqueue(ScriptedReply.text("On."));
        remembering().run("Again", conversation).block(LONG);
        List<Message> told = provider.requests().get(before).messages();

        assertValid(told);
        assertThat(told.get(told.size() - 1).text()).isEqualTo("Again");
        assertThat(told.stream().map(Message::text).filter(text -> !text.isEmpty()))
                .doesNotHaveDuplicates();
        for (int i = 0; i < told.size(); i++) {
            boolean acts = told.get(i).text().contains("\nAction:");
            assertThat(acts && !told.get(i + 1).text().startsWith("Observation:"))
                    .isFalse();
        }
    }
}
