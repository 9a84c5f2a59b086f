package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.memory.Conversation;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolErrorKind;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class AgentLimitsTests extends AgentFixture {

    private static final BigDecimal ONE = BigDecimal.ONE;
    private static final ModelPrices DOLLAR_A_TOKEN =
            new ModelPrices(million(), million(), million(), million(), "USD");

    private static BigDecimal million() {
        return BigDecimal.valueOf(1_000_000);
    }

    private Agent limited(AgentLimits limits, Tool... tools) {
        AgentDefinition definition =
                Agent.define("helper").model("m").limits(limits).tools(tools).build();
        AgentRuntime.Around priced = AgentRuntime.Around.nothing()
                .withPrices((provider, model) -> model.equals("m") ? Mono.just(DOLLAR_A_TOKEN) : Mono.empty());
        return Agent.bind(definition, runtime().with(priced));
    }

    private static ScriptedReply calls(int number, Usage usage) {
        ScriptedReply.Builder reply =
                ScriptedReply.builder().text("Let me count.").usage(usage);
        for (int i = 0; i < number; i++) {
            reply.toolCall("t" + i, "count", Map.of("n", i));
        }
        return reply.build();
    }

    private void assertEnds(AgentLimits limits, AgentStopReason reason, int toolsRun) {
        AgentResponse response = run(limited(limits, counter()));

        assertThat(response.stopReason()).isEqualTo(reason);
        assertThat(response.output()).isEqualTo("Let me count.");
        assertThat(runs).hasValue(toolsRun);
        assertPaired(response.messages());
    }

    /** What a provider takes: each call is followed by its result. */
    static void assertPaired(List<Message> messages) {
        assertThat(messages.get(0).role()).isEqualTo(Role.USER);
        for (int at = 0; at < messages.size(); at++) {
            List<String> calls =
                    messages.get(at).toolCalls().stream().map(ToolCall::id).toList();
            if (!calls.isEmpty()) {
                assertThat(results(messages.get(at + 1)))
                        .extracting(ToolResultContent::callId)
                        .isEqualTo(calls);
            }
        }
    }

    @Test
    void callsThatAreMoreThanMayBeAreNotRun() {
        provider.enqueue(calls(1, Usage.of(1, 1)), calls(2, Usage.of(1, 1)), ScriptedReply.text("never"));

        assertEnds(AgentLimits.NONE.withMaxToolCalls(2), AgentStopReason.MAX_TOOL_CALLS, 1);
        assertThat(provider.requests()).hasSize(2);
    }

    @Test
    void asManyCallsAsMayBeAreRun() {
        provider.enqueue(calls(2, Usage.of(1, 1)), ScriptedReply.text("Two."));

        assertThat(run(limited(AgentLimits.NONE.withMaxToolCalls(2), counter())).stopReason())
                .isEqualTo(AgentStopReason.COMPLETED);
        assertThat(runs).hasValue(2);
    }

    @Test
    void modelIsNotAskedAgainWhenTheTokensAreUsedUp() {
        provider.enqueue(calls(1, Usage.of(60, 10)), calls(1, Usage.of(20, 10)), ScriptedReply.text("never"));

        assertEnds(AgentLimits.NONE.withMaxTokens(100), AgentStopReason.MAX_TOTAL_TOKENS, 1);
        assertThat(provider.requests()).hasSize(2);
    }

    @Test
    void lastAnswerMayUseMoreThanTheTokensLeft() {
        provider.enqueue(
                ScriptedReply.builder().text("Done.").usage(Usage.of(500, 500)).build());
        AgentResponse response = run(limited(AgentLimits.NONE.withMaxTokens(100)));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.COMPLETED);
        assertThat(response.totalUsage()).isEqualTo(Usage.of(500, 500));
    }

    @Test
    void modelIsNotAskedAgainWhenTheMoneyIsSpent() {
        provider.enqueue(calls(1, Usage.of(3, 1)), calls(1, Usage.of(1, 0)), ScriptedReply.text("never"));

        assertEnds(AgentLimits.NONE.withMaxCost(BigDecimal.valueOf(5)), AgentStopReason.MAX_COST, 1);
        assertThat(provider.requests()).hasSize(2);
    }

    private Agent priced(@Nullable String model, Map<String, ModelPrices> list, List<String> lookedUp) {
        AgentDefinition.Builder definition = Agent.define("helper")
                .tools(counter())
                .limits(AgentLimits.NONE.withMaxCost(BigDecimal.valueOf(1_000_000)));
        AgentRuntime.Around around = AgentRuntime.Around.nothing().withPrices((from, asked) -> {
            lookedUp.add(asked);
            return Mono.justOrEmpty(list.get(asked));
        });
        AgentDefinition made = (model == null ? definition : definition.model(model)).build();
        return Agent.bind(made, runtime().with(around));
    }

    private static void assertNoPrice(Agent agent, String ofWhat) {
        StepVerifier.create(agent.run("Go"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(AgentConfigurationException.class)
                        .hasMessageContainingAll("'helper'", ofWhat))
                .verify(LONG);
    }

    @Test
    void costThatNobodyKnowsFailsTheRunBeforeAnythingIsPaid() {
        assertNoPrice(priced("other", Map.of("m", DOLLAR_A_TOKEN), new ArrayList<>()), "no price of model 'other'");
        assertThat(provider.requests()).isEmpty();
    }

    @Test
    void modelThatOnlyTheAnswerNamesIsNamed() {
        provider.enqueue(ScriptedReply.builder().text("Done.").model("default").build());

        assertNoPrice(priced(null, Map.of(), new ArrayList<>()), "no price of model 'default'");
    }

    @Test
    void pricesAreLookedUpOnceARun() {
        List<String> lookedUp = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            provider.enqueue(ScriptedReply.builder()
                    .toolCall("t" + i, "count", Map.of("n", 1))
                    .model("m-2026")
                    .build());
        }
        provider.enqueue(ScriptedReply.builder().text("Done.").model("m-2026").build());
        run(priced("m", Map.of("m", DOLLAR_A_TOKEN), lookedUp));

        assertThat(lookedUp).containsExactly("m", "m-2026");
    }

    @Test
    void timeForWhichARunWaitsForItsConversationCounts() {
        Conversations conversations = Conversations.inMemory();
        AgentDefinition definition = Agent.define("helper")
                .memory(ConversationMemory.buffer())
                .limits(AgentLimits.NONE.withMaxDuration(Duration.ofMinutes(1)))
                .build();
        AgentRuntime.Around around = AgentRuntime.Around.nothing().withConversations(conversations);
        Agent agent = Agent.bind(definition, runtime().with(around));
        Conversation held = Objects.requireNonNull(
                ConversationMemory.buffer().open("talk", conversations).block(LONG));

        StepVerifier.withVirtualTime(() -> agent.run("Go", AgentContext.conversation("talk")))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(59))
                .thenAwait(Duration.ofSeconds(1))
                .assertNext(response -> {
                    assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_DURATION);
                    assertThat(response.messages()).isEmpty();
                })
                .expectComplete()
                .verify(LONG);
        held.close().block(LONG);
        provider.enqueue(ScriptedReply.text("Mine."));
        assertThat(Objects.requireNonNull(agent.run("Go", AgentContext.conversation("talk"))
                                .block(LONG))
                        .output())
                .isEqualTo("Mine.");
    }

    @Test
    void timeThatIsLeftAfterTheWaitIsTheRunsOwn() {
        provider.enqueue(ScriptedReply.fail(Fault.stallBeforeResponse()));
        ConversationMemory late = (id, all) -> Mono.delay(Duration.ofSeconds(40))
                .then(ConversationMemory.buffer().open(id, all));
        AgentDefinition definition = Agent.define("helper")
                .memory(late)
                .limits(AgentLimits.NONE.withMaxDuration(Duration.ofMinutes(1)))
                .build();

        StepVerifier.withVirtualTime(() -> Agent.bind(definition, runtime()).run("Go"))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(59))
                .thenAwait(Duration.ofSeconds(1))
                .assertNext(response -> assertThat(response.messages()).containsExactly(Message.user("Go")))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void modelThatTakesTooLongIsCancelled() {
        provider.enqueue(ScriptedReply.builder()
                .chunks("Half an", " answer")
                .fault(Fault.stallAfter(1))
                .build());
        StepVerifier.withVirtualTime(() -> limited(AgentLimits.NONE.withMaxDuration(Duration.ofMinutes(1)))
                        .run("Go"))
                .expectSubscription()
                .expectNoEvent(Duration.ofSeconds(59))
                .thenAwait(Duration.ofSeconds(1))
                .assertNext(response -> {
                    assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_DURATION);
                    assertThat(response.messages()).extracting(Message::text).containsExactly("Go", "Half an");
                    assertThat(response.output()).isEqualTo("Half an");
                    assertThat(response.totalUsage().estimated()).isTrue();
                    assertThat(response.totalUsage().inputTokens()).isPositive();
                    assertThat(response.totalUsage().outputTokens()).isPositive();
                })
                .expectComplete()
                .verify(LONG);
        assertThat(provider.cancelled()).isEqualTo(1);
    }

    @Test
    void toolThatTakesTooLongIsCancelledAndHasAResult() {
        AtomicBoolean cancelled = new AtomicBoolean();
        provider.enqueue(calls(1, Usage.of(1, 1)));
        Tool slow = tool("count", (input, context) -> Mono.never().doOnCancel(() -> cancelled.set(true)));
        AgentLimits limits = AgentLimits.NONE.withMaxDuration(Duration.ofSeconds(10));
        StepVerifier.withVirtualTime(() -> limited(limits, slow).run("Go"))
                .thenAwait(Duration.ofSeconds(10))
                .assertNext(response -> {
                    assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_DURATION);
                    assertPaired(response.messages());
                    assertThat(results(response.messages().get(2)).get(0).error())
                            .isTrue();
                })
                .expectComplete()
                .verify(LONG);
        assertThat(cancelled).isTrue();
    }

    @Test
    void callsOfAnEndedRunSayThatTheyWereNotRun() {
        provider.enqueue(calls(2, Usage.of(1, 1)));
        AgentResponse response = run(limited(AgentLimits.NONE.withMaxToolCalls(1), counter()));

        assertThat(response.iterations().get(0).toolCalls())
                .extracting(done -> done.result().errorKind().orElseThrow())
                .containsExactly(ToolErrorKind.NOT_RUN, ToolErrorKind.NOT_RUN);
    }

    @Test
    void ofTwoLimitsTheTighterOneCounts() {
        AgentLimits one = new AgentLimits(5, null, 10L, ONE, Duration.ofSeconds(1));
        AgentLimits other = new AgentLimits(3, 7, 20L, BigDecimal.TEN, null);

        assertThat(one.and(other)).isEqualTo(new AgentLimits(3, 7, 10L, ONE, Duration.ofSeconds(1)));
        assertThat(other.and(one)).isEqualTo(one.and(other));
        assertThat(one.and(AgentLimits.NONE)).isEqualTo(one);
    }

    @Test
    void limitsThatSayNothingOfIterationsLeaveThatLimit() {
        AgentDefinition definition = Agent.define("a")
                .maxIterations(4)
                .limits(AgentLimits.NONE.withMaxTokens(10))
                .build();

        assertThat(definition.maxIterations()).isEqualTo(4);
        assertThat(Objects.requireNonNull(definition.limits().maxTokens())).isEqualTo(10);
    }

    @Test
    void limitsMustBePositive() {
        assertRefused("maxToolCalls", () -> AgentLimits.NONE.withMaxToolCalls(0));
        assertRefused("maxTokens", () -> AgentLimits.NONE.withMaxTokens(-1));
        assertRefused("maxCost", () -> AgentLimits.NONE.withMaxCost(BigDecimal.ZERO));
        assertRefused("maxDuration", () -> AgentLimits.NONE.withMaxDuration(Duration.ZERO));
    }

    private static void assertRefused(String limit, ThrowingCallable made) {
        assertThatExceptionOfType(AgentConfigurationException.class)
                .isThrownBy(made)
                .withMessageContaining(limit);
    }
}
