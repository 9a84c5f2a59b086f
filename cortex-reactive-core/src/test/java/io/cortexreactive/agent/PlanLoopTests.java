package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.AgentLoop.PlanOptions;
import io.cortexreactive.agent.AgentStep.Completed;
import io.cortexreactive.agent.AgentStep.IterationCompleted;
import io.cortexreactive.agent.AgentStep.Planned;
import io.cortexreactive.agent.AgentStep.Text;
import io.cortexreactive.agent.AgentStep.ToolArguments;
import io.cortexreactive.agent.AgentStep.ToolFinished;
import io.cortexreactive.agent.AgentStep.ToolStarted;
import io.cortexreactive.memory.Interruption;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.ToolChoice;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.structured.StructuredOutputException;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolResult;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class PlanLoopTests extends AgentFixture {

    private final RecordedMemory memory = new RecordedMemory();

    private AgentDefinition.Builder definition(Tool... tools) {
        return Agent.define("helper").tools(tools).memory(memory).loop(AgentLoop.planAndExecute());
    }

    private Agent planning(Tool... tools) {
        return Agent.bind(definition(tools).build(), runtime());
    }

    private static ScriptedReply plan(String... steps) {
        return ScriptedReply.text(Arrays.stream(steps).collect(Collectors.joining("\",\"", "{\"steps\":[\"", "\"]}")));
    }

    private static ScriptedReply text(String text) {
        return ScriptedReply.builder().chunks(text).build();
    }

    private String asked(int number) {
        List<Message> messages = provider.requests().get(number - 1).messages();
        return messages.get(messages.size() - 1).text();
    }

    private List<List<String>> plans(Agent agent) {
        return Objects.requireNonNull(agent.stream("Go")
                .ofType(Planned.class)
                .map(Planned::steps)
                .collectList()
                .block(LONG));
    }

    @Test
    void stepsAreCarriedOutInOrderAndAnsweredFrom() {
        provider.enqueue(
                plan("Count", "Look"), call("t1", "count"), text("One."), text("Seen."), text("One was seen."));

        StepVerifier.create(planning(counter()).stream("Go"))
                .expectNextMatches(step -> step instanceof IterationCompleted && step.iteration() == 1)
                .expectNext(new Planned(PATH, 1, List.of("Count", "Look")))
                .expectNext(new ToolStarted(PATH, 2, 0, "t1", "count"))
                .expectNextMatches(ToolArguments.class::isInstance)
                .expectNextMatches(ToolFinished.class::isInstance)
                .expectNextMatches(IterationCompleted.class::isInstance)
                .expectNext(new Text(PATH, 3, "One."))
                .expectNextMatches(IterationCompleted.class::isInstance)
                .expectNext(new Text(PATH, 4, "Seen."))
                .expectNextMatches(IterationCompleted.class::isInstance)
                .expectNext(new Text(PATH, 5, "One was seen."))
                .expectNextMatches(IterationCompleted.class::isInstance)
                .assertNext(step -> {
                    AgentResponse response = ((Completed) step).response();
                    assertThat(response.output()).isEqualTo("One was seen.");
                    assertThat(response.stopReason()).isEqualTo(AgentStopReason.COMPLETED);
                    assertThat(response.iterations()).hasSize(5);
                    assertThat(response.messages()).isEqualTo(memory.said);
                })
                .expectComplete()
                .verify(LONG);
        assertThat(asked(2)).startsWith("Step 1 of 2: Count");
        assertThat(asked(4)).startsWith("Step 2 of 2: Look");
        assertThat(asked(5)).contains("- Count\n  One.\n- Look\n  Seen.");
        assertThat(provider.requests().get(4).options().toolChoice()).isEqualTo(ToolChoice.none());
    }

    @Test
    void conversationTakesTurnsAndSaysWhatNoUserSaid() {
        provider.enqueue(plan("Look"), text("Seen."), text("It was seen."));
        run(planning());

        assertThat(memory.said)
                .extracting(Message::role)
                .containsExactly(Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT, Role.USER, Role.ASSISTANT);
        assertThat(memory.said.get(1).text()).isEqualTo("The plan:\n1. Look");
        assertThat(memory.said)
                .extracting(said -> said.metadata().containsKey(Message.FROM_AGENT))
                .containsExactly(false, false, true, false, true, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILED: no ink", "**FAILED:** no ink", " "})
    void stepThatFailsIsPlannedAroundWithWhatIsDone(String failure) {
        provider.enqueue(
                plan("Count", "Print", "Send"),
                text("One."),
                text(failure),
                plan("Write by hand"),
                text("Written."),
                text("One, by hand."));
        List<List<String>> plans = plans(planning());

        assertThat(plans).containsExactly(List.of("Count", "Print", "Send"), List.of("Write by hand"));
        assertThat(asked(4)).contains("Step: Print", "Why: ", "- Count\n  One.");
        assertThat(asked(5)).startsWith("Step 1 of 1: Write by hand");
        assertThat(asked(6)).contains("- Count\n  One.\n- Write by hand\n  Written.");
    }

    @Test
    void aWordThatOnlyLooksLikeAFailureIsNone() {
        provider.enqueue(plan("Count"), text("Failed logins: 3"), text("Three."));

        assertThat(run(planning()).output()).isEqualTo("Three.");
    }

    @Test
    void anAnswerThatIsCutIsPlannedAround() {
        provider.enqueue(
                plan("Tell all"),
                ScriptedReply.builder()
                        .text("Once upon")
                        .stopReason(StopReason.MAX_TOKENS)
                        .build(),
                plan("Tell less"),
                text("Once."),
                text("Once."));

        assertThat(run(planning()).stopReason()).isEqualTo(AgentStopReason.COMPLETED);
        assertThat(asked(3)).contains("Why: The answer was cut.");
    }

    @Test
    void nothingMayBeLeftToDo() {
        provider.enqueue(
                plan("Count", "Print"),
                text("One."),
                text("FAILED: no ink"),
                ScriptedReply.text("{\"steps\":[]}"),
                text("1"));

        assertThat(plans(planning())).containsExactly(List.of("Count", "Print"), List.of());
        assertThat(provider.requests()).hasSize(5);
    }

    @Test
    void runThatHasNoNewPlanLeftEndsWithWhatItHas() {
        AgentLoop once = AgentLoop.planAndExecute(PlanOptions.DEFAULTS.withMaxReplans(1));
        provider.enqueue(
                plan("Count", "Print"),
                text("One."),
                text("FAILED: no ink"),
                plan("Send", "Rest"),
                text("FAILED: no net"),
                text("One, unsent."));
        AgentResponse response = run(Agent.bind(definition().loop(once).build(), runtime()));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.PLAN_FAILED);
        assertThat(response.output()).isEqualTo("One, unsent.");
        assertThat(asked(6)).contains("- Count\n  One.", "The step \"Send\" failed");
    }

    @Test
    void optionsSayWhoPlansAndHowMuch() {
        AgentLoop small =
                AgentLoop.planAndExecute(PlanOptions.DEFAULTS.withMaxSteps(1).withPlannerModel("wise"));
        provider.enqueue(plan("Count", "Look"), plan("Count"), text("One."), text("One."));
        AgentResponse response =
                run(Agent.bind(definition().model("quick").loop(small).build(), runtime()));

        assertThat(response.output()).isEqualTo("One.");
        assertThat(provider.requests())
                .extracting(ChatRequest::model)
                .containsExactly("wise", "wise", "quick", "quick");
        assertThat(provider.requests().get(0).system()).contains("at most 1 steps");
        assertThatThrownBy(() -> PlanOptions.DEFAULTS.withMaxSteps(0)).isInstanceOf(AgentConfigurationException.class);
        assertThatThrownBy(() -> PlanOptions.DEFAULTS.withMaxReplans(-1))
                .isInstanceOf(AgentConfigurationException.class);
    }

    @Test
    void noValidPlanFailsTheRun() {
        provider.enqueue(text("I would rather not."), plan());

        StepVerifier.create(planning().run("Go"))
                .expectError(StructuredOutputException.class)
                .verify(LONG);
        assertThat(provider.requests()).hasSize(2);
        assertThat(memory.said).containsExactly(Message.user("Go"));
    }

    @Test
    void usageOfPlansAndStepsIsCounted() {
        ScriptedReply bad =
                ScriptedReply.builder().text("No.").usage(Usage.of(1, 1)).build();
        ScriptedReply good = ScriptedReply.builder()
                .text("{\"steps\":[\"Count\"]}")
                .usage(Usage.of(10, 1))
                .build();
        ScriptedReply one =
                ScriptedReply.builder().text("One.").usage(Usage.of(100, 1)).build();
        provider.enqueue(bad, good, one, one);

        assertThat(run(planning()).totalUsage()).isEqualTo(Usage.of(211, 4));
    }

    @Test
    void iterationsOfPlansAndStepsAreLimited() {
        provider.enqueue(plan("Count", "Look"), text("One."), call("t1", "count"));
        AgentResponse response =
                run(Agent.bind(definition(counter()).maxIterations(3).build(), runtime()));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_ITERATIONS);
        assertThat(response.output()).isEqualTo("One.");
        assertThat(provider.requests()).hasSize(3);
        assertThat(runs).hasValue(0);
    }

    @Test
    void planMayBeAllThatALimitAllows() {
        provider.enqueue(plan("Count"));
        AgentResponse response = run(Agent.bind(definition().maxIterations(1).build(), runtime()));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_ITERATIONS);
        assertThat(response.output()).isEmpty();
        assertThat(memory.said).hasSize(2);
    }

    @Test
    void toolCallsTokensAndCostAreLimitedOverAllSteps() {
        provider.enqueue(
                plan("Count", "Count"),
                call("t1", "count"),
                text("One."),
                call("t2", "count"),
                plan("Count"),
                text("1"));
        AgentLimits calls = AgentLimits.NONE.withMaxToolCalls(1);
        assertThat(run(Agent.bind(definition(counter()).limits(calls).build(), runtime()))
                        .stopReason())
                .isEqualTo(AgentStopReason.MAX_TOOL_CALLS);

        AgentLimits tokens = AgentLimits.NONE.withMaxTokens(1);
        assertThat(run(Agent.bind(definition(counter()).limits(tokens).build(), runtime()))
                        .stopReason())
                .isEqualTo(AgentStopReason.MAX_TOTAL_TOKENS);
        assertThat(provider.requests()).hasSize(5);
    }

    @Test
    void planningCosts() {
        AgentLoop wise = AgentLoop.planAndExecute(PlanOptions.DEFAULTS.withPlannerModel("wise"));
        AgentDefinition.Builder limited =
                definition().model("quick").loop(wise).limits(AgentLimits.NONE.withMaxCost(new BigDecimal("0.5")));
        provider.enqueue(plan("Count"), text("1"));
        AgentRuntime runtime = runtime()
                .with(AgentRuntime.Around.nothing()
                        .withPrices((provider, model) -> Mono.just(price(model.equals("wise") ? "1000000" : "0"))));

        assertThat(run(Agent.bind(limited.build(), runtime)).stopReason()).isEqualTo(AgentStopReason.MAX_COST);
        assertThat(provider.requests()).hasSize(1);
    }

    private static ModelPrices price(String eachMillion) {
        BigDecimal each = new BigDecimal(eachMillion);
        return new ModelPrices(each, each, each, each, "USD");
    }

    @Test
    void timeIsLimited() {
        provider.enqueue(
                plan("Count", "Wait"),
                text("One."),
                ScriptedReply.builder()
                        .chunks("Not", " yet")
                        .chunkDelay(Duration.ofHours(1))
                        .build());
        AgentDefinition.Builder limited = definition().limits(AgentLimits.NONE.withMaxDuration(Duration.ofMillis(300)));
        AgentResponse response = run(Agent.bind(limited.build(), runtime()));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_DURATION);
        assertThat(response.output()).isEqualTo("One.");
        assertThat(provider.active()).isZero();
    }

    @Test
    void toolMayStopTheRunWithinAStep() {
        provider.enqueue(plan("Count", "Look"), call("t1", "answer"));
        AgentResponse response = run(planning(tool("answer", (input, context) -> Mono.just(ToolResult.stop("42")))));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.TOOL_STOP);
        assertThat(response.output()).isEqualTo("42");
    }

    @Test
    void demandReachesTheProvider() {
        provider.enqueue(
                plan("Count"), ScriptedReply.builder().repeat("word ", 1_000).build());

        StepVerifier.create(planning().stream("Go"), 0)
                .thenRequest(3)
                .expectNextMatches(IterationCompleted.class::isInstance)
                .expectNext(new Planned(PATH, 1, List.of("Count")), new Text(PATH, 2, "word "))
                .then(() -> assertThat(provider.active()).isEqualTo(1))
                .thenCancel()
                .verify(LONG);
        assertThat(provider.cancelled()).isEqualTo(1);
    }

    @Test
    void cancelAtAnySignalLeavesAConversationToGoOnFrom() {
        ScriptedReply[] replies = {plan("Count", "Look"), call("t1", "count"), text("One."), text("Seen."), text("One.")
        };
        for (int signals = 1; ; signals++) {
            memory.reset();
            int before = provider.requests().size();
            provider.enqueue(replies);
            List<AgentStep> steps = Objects.requireNonNull(
                    planning(counter()).stream("Go").take(signals).collectList().block(LONG));
            assertThat(provider.active()).isZero();
            assertThat(memory.closed).hasValue(1);
            assertThat(callsIn(memory.said)).isEqualTo(resultsIn(memory.said));
            if (steps.size() < signals) {
                break;
            }
            for (int i = provider.requests().size() - before; i < replies.length; i++) {
                provider.stream(ChatRequest.of("A reply that is left")).blockLast(LONG);
            }
        }
        assertThat(memory.said).hasSize(10).noneMatch(Interruption::marks);
    }

    private static List<String> callsIn(List<Message> said) {
        return said.stream()
                .flatMap(message -> message.toolCalls().stream())
                .map(call -> call.id())
                .toList();
    }

    private static List<String> resultsIn(List<Message> said) {
        return said.stream()
                .filter(message -> message.role() == Role.TOOL)
                .flatMap(message -> results(message).stream())
                .map(result -> result.callId())
                .toList();
    }

    @Test
    void planningIsHookedIntoAsAnIteration() {
        provider.enqueue(plan("Count"), text("One."), text("1"));
        AgentRuntime.Around around = AgentRuntime.Around.nothing();
        around.plugins()
                .addHook(
                        AgentHooks.BEFORE_ITERATION,
                        beginning -> Mono.just(beginning.withRequest(beginning.request().toBuilder()
                                .metadata("hooked", beginning.number())
                                .build())));
        run(Agent.bind(definition().build(), runtime().with(around)));

        assertThat(provider.requests())
                .extracting(request -> request.metadata().get("hooked"))
                .containsExactly(1, 2, 3);
    }

    @Test
    void subAgentsPlansAreBookedByTheCaller() {
        AgentDefinition inner =
                Agent.define("inner").loop(AgentLoop.planAndExecute()).build();
        AgentDefinition outer = Agent.define("outer").agents("inner").build();
        ScriptedReply.Builder usage = ScriptedReply.builder().usage(Usage.of(100, 0));
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "inner", Map.of("input", "Count"))
                        .usage(Usage.of(1, 0))
                        .build(),
                usage.text("{\"steps\":[\"Count\"]}").build(),
                ScriptedReply.builder().text("One.").usage(Usage.of(10, 0)).build(),
                ScriptedReply.builder().text("One.").usage(Usage.of(10, 0)).build(),
                ScriptedReply.builder().text("Done.").usage(Usage.of(1, 0)).build());
        AgentRuntime runtime = runtime().withAgents(AgentRegistry.of(List.of(inner, outer)));

        assertThat(run(Agent.bind(outer, runtime)).totalUsage()).isEqualTo(Usage.of(122, 0));
    }

    @Test
    void newPlanThatIsNotValidLeavesWhatIsDone() {
        ScriptedReply.Builder none = ScriptedReply.builder().text("No plan.").usage(Usage.of(100, 0));
        provider.enqueue(
                plan("Count", "Print"),
                text("One."),
                text("FAILED: no ink"),
                none.build(),
                none.build(),
                text("One, unprinted."));
        AgentResponse response = run(planning());

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.PLAN_FAILED);
        assertThat(response.output()).isEqualTo("One, unprinted.");
        assertThat(asked(6)).contains("- Count\n  One.", "The step \"Print\" failed");
        assertThat(response.totalUsage().inputTokens()).isGreaterThanOrEqualTo(200);
    }

    @Test
    void blankStepIsRefused() {
        provider.enqueue(plan("Count", " "), plan("Count"), text("One."), text("One."));

        assertThat(plans(planning())).containsExactly(List.of("Count"));
        assertThat(provider.requests()).hasSize(4);
    }
}
