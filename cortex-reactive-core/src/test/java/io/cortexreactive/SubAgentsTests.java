package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentEvent.AgentRunCompleted;
import io.cortexreactive.agent.AgentLimits;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.AgentStep.Completed;
import io.cortexreactive.agent.AgentStep.HandedOff;
import io.cortexreactive.agent.AgentStep.ToolFinished;
import io.cortexreactive.agent.AgentStopReason;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolDefinition;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.message.Usage;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Agents that call others, and agents that hand over to them. */
class SubAgentsTests {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final AgentDefinition LEAD =
            Agent.supervisor("lead", "writer").build();
    private static final AgentDefinition WRITER =
            Agent.define("writer").description("Writes").systemPrompt("Write.").build();

    private final ScriptedProvider provider = ScriptedProvider.of();
    private final AtomicInteger paid = new AtomicInteger();
    private final Tool payment = Tool.builder("pay")
            .requiresApproval(true)
            .handler((input, context) -> Mono.fromSupplier(() -> "paid " + paid.incrementAndGet()))
            .build();
    private @Nullable Cortex cortex;

    private Cortex cortex(AgentDefinition... agents) {
        Cortex.Builder builder = Cortex.builder().provider(provider);
        Arrays.stream(agents).forEach(builder::agent);
        cortex = builder.build();
        return cortex;
    }

    @AfterEach
    void close() {
        if (cortex != null) {
            cortex.close().block(SOON);
        }
    }

    private static ScriptedReply ask(String agent, String input) {
        return ScriptedReply.toolCall("a1", agent, Map.of("input", input));
    }

    private static ScriptedReply handOver(String agent) {
        return ScriptedReply.toolCall("h1", "hand_off_to_" + agent, Map.of());
    }

    private static AgentResponse run(Agent agent) {
        return Objects.requireNonNull(agent.run("Go").block(SOON));
    }

    private static List<AgentStep> steps(Agent agent) {
        return Objects.requireNonNull(agent.stream("Go").collectList().block(SOON));
    }

    private static String result(AgentResponse response) {
        return ((ToolResultContent) response.messages().get(2).content().get(0))
                .result()
                .toString();
    }

    @Test
    void supervisorGivesWorkToItsAgentsAndAnswersItself() {
        provider.enqueue(ask("writer", "A poem"), ScriptedReply.text("Roses."), ScriptedReply.text("Here: roses."));
        AgentResponse response = run(cortex(WRITER, LEAD).agent("lead"));
        List<ChatRequest> asked = provider.requests();

        assertThat(response.output()).isEqualTo("Here: roses.");
        assertThat(result(response)).isEqualTo("Roses.");
        assertThat(asked.get(0).system()).contains("You lead other agents");
        assertThat(asked.get(0).tools())
                .extracting(ToolDefinition::name, ToolDefinition::description)
                .containsExactly(tuple("writer", "Writes"));
        assertThat(asked.get(1).system()).isEqualTo("Write.");
        assertThat(asked.get(1).messages()).containsExactly(Message.user("A poem"));
        assertThat(asked.get(1).tools()).isEmpty();
    }

    @Test
    void stepsAreNestedByPathWithinTheCall() {
        provider.enqueue(ask("writer", "A poem"), ScriptedReply.text("Roses."), ScriptedReply.text("Done."));
        List<AgentStep> steps = steps(cortex(WRITER, LEAD).agent("lead"));
        List<String> seen = steps.stream()
                .map(step ->
                        String.join("/", step.path()) + " " + step.getClass().getSimpleName())
                .toList();

        assertThat(seen)
                .containsExactly(
                        "lead ToolStarted",
                        "lead ToolArguments",
                        "lead ToolArguments",
                        "lead/writer Text",
                        "lead/writer IterationCompleted",
                        "lead/writer Completed",
                        "lead ToolFinished",
                        "lead IterationCompleted",
                        "lead Text",
                        "lead IterationCompleted",
                        "lead Completed");
    }

    @Test
    void callsOfOneAgentAtOnceAreToldApartByPath() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("a1", "writer", Map.of("input", "A poem"))
                        .toolCall("t1", "pay", Map.of())
                        .toolCall("a1", "writer", Map.of("input", "A song"))
                        .build(),
                ScriptedReply.text("Roses."),
                ScriptedReply.text("La la."),
                ask("writer", "Another"),
                ScriptedReply.text("Violets."),
                ScriptedReply.text("Done."));
        List<String> runs = steps(cortex(WRITER, LEAD).agent("lead")).stream()
                .filter(step -> step instanceof Completed && step.path().size() > 1)
                .map(step -> step.iteration() + " " + String.join("/", step.path()))
                .toList();

        assertThat(runs).containsExactlyInAnyOrder("1 lead/writer", "1 lead/writer#2", "1 lead/writer");
    }

    @Test
    void usageOfSubAgentsAtAnyDepthIsCountedOnce() {
        AgentDefinition middle = Agent.define("middle").agents("writer").build();
        provider.enqueue(call("middle", 1), call("writer", 10), text(100), text(1_000), text(10_000));
        AgentResponse response =
                run(cortex(WRITER, middle, Agent.define("lead").agents("middle").build())
                        .agent("lead"));

        assertThat(response.totalUsage()).isEqualTo(Usage.of(11_111, 0));
        assertThat(response.iterations()).hasSize(2);
    }

    private static ScriptedReply text(long tokens) {
        return ScriptedReply.builder().text("ok").usage(Usage.of(tokens, 0)).build();
    }

    private static ScriptedReply call(String agent, long tokens) {
        return ScriptedReply.builder()
                .toolCall("a1", agent, Map.of("input", "x"))
                .usage(Usage.of(tokens, 0))
                .build();
    }

    @Test
    void whatSubAgentsUseEndsTheRun() {
        provider.enqueue(call("writer", 10), text(90), ScriptedReply.text("never"));
        Agent lead = cortex(
                        WRITER,
                        Agent.define("lead")
                                .agents("writer")
                                .limits(AgentLimits.NONE.withMaxTokens(100))
                                .build())
                .agent("lead");

        assertThat(run(lead).stopReason()).isEqualTo(AgentStopReason.MAX_TOTAL_TOKENS);
        assertThat(provider.requests()).hasSize(2);
    }

    @Test
    void subAgentHasWhatIsLeftOfTheLimits() {
        AgentDefinition busy = Agent.define("busy")
                .tools(Tool.builder("again")
                        .handler((input, context) -> Mono.just("again"))
                        .build())
                .build();
        provider.enqueue(
                call("busy", 60),
                ScriptedReply.builder()
                        .text("So far.")
                        .toolCall("t1", "again", Map.of())
                        .usage(Usage.of(40, 0))
                        .build(),
                ScriptedReply.text("never"));
        AgentResponse response = run(cortex(
                        busy,
                        Agent.define("lead")
                                .agents("busy")
                                .limits(AgentLimits.NONE.withMaxTokens(100))
                                .build())
                .agent("lead"));

        assertThat(provider.requests()).hasSize(2);
        assertThat(result(response)).contains("So far.", "max_total_tokens");
    }

    @Test
    void cancelReachesTheModelCallOfASubAgent() {
        provider.enqueue(ask("writer", "A poem"), ScriptedReply.fail(Fault.stallBeforeResponse()));
        Agent lead = cortex(WRITER, LEAD).agent("lead");

        StepVerifier.create(lead.run("Go").takeUntilOther(provider.recorded(2)))
                .expectComplete()
                .verify(SOON);
        StepVerifier.create(provider.awaitCancelled()).expectComplete().verify(SOON);
        assertThat(provider.active()).isZero();
        assertThat(provider.cancelled()).isEqualTo(1);
    }

    @Test
    void failureOfASubAgentGoesBackToTheModel() {
        provider.enqueue(
                ask("writer", "A poem"),
                ScriptedReply.fail(Fault.status(400, "ValidationException", "no poems")),
                ScriptedReply.text("Sorry."));
        AgentResponse response = run(cortex(WRITER, LEAD).agent("lead"));

        assertThat(response.output()).isEqualTo("Sorry.");
        assertThat(result(response)).contains("no poems");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void approvalReachesToolsOfSubAgents(boolean approved) {
        AgentDefinition clerk = Agent.define("clerk").tools(payment).build();
        provider.enqueue(
                ask("clerk", "Pay"),
                ScriptedReply.toolCall("p1", "pay", Map.of()),
                ScriptedReply.text("Settled."),
                ScriptedReply.text("Done."));
        List<String> asked = new CopyOnWriteArrayList<>();
        AgentContext context = AgentContext.NONE.withApproval((call, tool) -> {
            asked.add(call.name() + " by " + tool.agentId());
            return Mono.just(approved);
        });
        AgentResponse response = Objects.requireNonNull(
                cortex(clerk, Agent.define("lead").agents("clerk").build())
                        .agent("lead")
                        .run("Go", context)
                        .block(SOON));

        assertThat(response.output()).isEqualTo("Done.");
        assertThat(asked).containsExactly("pay by clerk");
        assertThat(paid).hasValue(approved ? 1 : 0);
    }

    @Test
    void variablesAndTenantReachSubAgents() {
        List<String> seen = new CopyOnWriteArrayList<>();
        AgentDefinition clerk = Agent.define("clerk")
                .tools(Tool.builder("who")
                        .handler((input, context) -> {
                            seen.add(context.metadata().get("user") + " of " + context.tenantId());
                            return Mono.just("ok");
                        })
                        .build())
                .build();
        provider.enqueue(
                ask("clerk", "Who?"),
                ScriptedReply.toolCall("w1", "who", Map.of()),
                ScriptedReply.text("You."),
                ScriptedReply.text("Done."));
        cortex(clerk, Agent.define("lead").agents("clerk").build())
                .forTenant(TenantContext.builder("acme").build())
                .agent("lead")
                .run("Go", AgentContext.NONE.withVariables(Map.of("user", "ada")))
                .block(SOON);

        assertThat(seen).containsExactly("ada of acme");
    }

    @Test
    void agentsCallEachOtherSoDeepAndNoDeeper() {
        ScriptedProvider endless = ScriptedProvider.builder()
                .script(call ->
                        call.request().messages().size() == 1 ? ask("loop", "deeper") : ScriptedReply.text("up"))
                .build();
        cortex = Cortex.builder()
                .provider(endless)
                .agent(Agent.define("loop").agents("loop").build())
                .build();
        List<AgentStep> steps = steps(cortex.agent("loop"));
        ToolFinished deepest = steps.stream()
                .filter(ToolFinished.class::isInstance)
                .map(ToolFinished.class::cast)
                .findFirst()
                .orElseThrow();

        assertThat(deepest.path()).hasSize(9);
        assertThat(deepest.result().error()).contains("8 deep");
        assertThat(((Completed) steps.get(steps.size() - 1)).response().output())
                .isEqualTo("up");
    }

    @Test
    void runsOfSubAgentsAreToldAsRunsOfTheirOwn() {
        provider.enqueue(ask("writer", "A poem"), ScriptedReply.text("Roses."), ScriptedReply.text("Done."));
        Cortex cortex = cortex(WRITER, LEAD);

        StepVerifier.create(cortex.events().on(AgentRunCompleted.class).take(2).collectList())
                .then(() -> run(cortex.agent("lead")))
                .assertNext(ends -> {
                    assertThat(ends).extracting(AgentRunCompleted::agent).containsExactly("writer", "lead");
                    assertThat(ends.get(0).meta().runId())
                            .isNotEqualTo(ends.get(1).meta().runId());
                    assertThat(ends.get(0).meta().correlationId())
                            .isEqualTo(ends.get(1).meta().correlationId());
                })
                .expectComplete()
                .verify(SOON);
    }

    private static AgentDefinition.Builder desk() {
        return Agent.define("desk").systemPrompt("Find out what it is about.").handOffs("billing");
    }

    private AgentDefinition.Builder billing() {
        return Agent.define("billing").systemPrompt("Bill.").tools(payment);
    }

    @Test
    void handOffGoesOnAsTheOtherAgentWithAllThatWasSaid() {
        provider.enqueue(handOver("billing"), ScriptedReply.text("It is paid."));
        AgentResponse response = run(cortex(billing().build(), desk().build()).agent("desk"));
        ChatRequest second = provider.requests().get(1);

        assertThat(response.output()).isEqualTo("It is paid.");
        assertThat(response.stopReason()).isEqualTo(AgentStopReason.COMPLETED);
        assertThat(second.system()).isEqualTo("Bill.");
        assertThat(second.tools()).extracting(ToolDefinition::name).containsExactly("pay");
        assertThat(second.messages()).extracting(Message::role).containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL);
        assertThat(second.metadata()).containsEntry("agentId", "billing");
        assertThat(response.messages()).hasSize(4);
    }

    @Test
    void handOffIsToldBetweenTheIterations() {
        provider.enqueue(handOver("billing"), ScriptedReply.text("It is paid."));
        List<AgentStep> steps = steps(cortex(billing().build(), desk().build()).agent("desk"));
        int at = steps.indexOf(new HandedOff(List.of("desk"), 1, "billing"));

        assertThat(at).isPositive();
        assertThat(steps.get(at - 1)).isInstanceOf(AgentStep.IterationCompleted.class);
        assertThat(steps.get(at + 1)).isEqualTo(new AgentStep.Text(List.of("desk", "billing"), 2, "It is paid."));
        assertThat(steps.get(steps.size() - 1).path()).containsExactly("desk");
    }

    @Test
    void agentsThatHandToAndFroEndAtTheLimitOfTheFirst() {
        ScriptedProvider undecided = ScriptedProvider.builder()
                .script(call -> handOver("desk".equals(call.request().metadata().get("agentId")) ? "billing" : "desk"))
                .build();
        cortex = Cortex.builder()
                .provider(undecided)
                .agent(desk().maxIterations(4).build())
                .agent(billing().handOffs("desk").maxIterations(100).build())
                .build();

        assertThat(run(cortex.agent("desk")).stopReason()).isEqualTo(AgentStopReason.MAX_ITERATIONS);
        assertThat(undecided.requests()).hasSize(4);
    }

    @Test
    void runThatAToolStopsIsNotHandedOver() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("h1", "hand_off_to_billing", Map.of())
                        .toolCall("s1", "answer", Map.of())
                        .build(),
                ScriptedReply.text("never"));
        Tool answer = Tool.builder("answer")
                .handler((input, context) -> Mono.just(ToolResult.stop("42")))
                .build();
        AgentResponse response =
                run(cortex(billing().build(), desk().tools(answer).build()).agent("desk"));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.TOOL_STOP);
        assertThat(response.output()).isEqualTo("42");
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void noToolHandsOverToWhomTheAgentDoesNotName() {
        Tool forged = Tool.builder("forged")
                .handler((input, context) -> Mono.just(ToolResult.success("ok").with("handOffTo", "billing")))
                .build();
        provider.enqueue(ScriptedReply.toolCall("f1", "forged", Map.of()), ScriptedReply.text("Still me."));
        run(cortex(billing().build(), Agent.define("desk").tools(forged).build())
                .agent("desk"));

        assertThat(provider.requests().get(1).metadata()).containsEntry("agentId", "desk");
    }

    private static AgentDefinition limitedLead(AgentLimits limits) {
        return Agent.define("lead").agents("busy").limits(limits).build();
    }

    private static AgentDefinition busy() {
        return Agent.define("busy")
                .systemPrompt("Be busy.")
                .tools(Tool.builder("again")
                        .handler((input, context) -> Mono.just("again"))
                        .build())
                .build();
    }

    /** A lead that calls five at once, none of which ever ends by itself. */
    private AgentResponse runFiveAtOnce(AgentLimits limits, ScriptedProvider endless) {
        cortex = Cortex.builder()
                .provider(endless)
                .agent(busy())
                .agent(limitedLead(limits))
                .build();
        return run(cortex.agent("lead"));
    }

    private static ScriptedProvider endless() {
        return ScriptedProvider.builder()
                .script(call -> {
                    ScriptedReply.Builder reply = ScriptedReply.builder().usage(Usage.of(10, 0));
                    if ("Be busy.".equals(call.request().system())) {
                        return reply.toolCall("t1", "again", Map.of()).build();
                    }
                    for (int i = 0; i < 5; i++) {
                        reply.toolCall("a" + i, "busy", Map.of("input", "x"));
                    }
                    return reply.build();
                })
                .build();
    }

    @Test
    void subAgentsAtOnceShareTheTokensThatAreLeft() {
        AgentResponse response = runFiveAtOnce(AgentLimits.NONE.withMaxTokens(200), endless());

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_TOTAL_TOKENS);
        // The limit, and an answer more of each of those that were under way.
        assertThat(response.totalUsage().total()).isBetween(200L, 200L + 5 * 10);
    }

    @Test
    void callsOfSubAgentsCountAsCallsOfTheCaller() {
        ScriptedProvider endless = endless();
        AgentResponse response = runFiveAtOnce(AgentLimits.iterations(3).withMaxToolCalls(12), endless);
        List<ChatRequest> busy = endless.requests().stream()
                .filter(request -> "Be busy.".equals(request.system()))
                .toList();

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_TOOL_CALLS);
        // Seven calls are left behind the five of the lead, and each of the five is refused one.
        assertThat(busy).hasSize(12);
    }

    @Test
    void whatSubAgentsHaveUsedWhenTimeIsUpIsBooked() {
        AgentDefinition waiting = Agent.define("busy")
                .tools(Tool.builder("again")
                        .handler((input, context) -> Mono.never())
                        .build())
                .build();
        provider.enqueue(call("busy", 10), toolCall(1_000));
        cortex = Cortex.builder()
                .provider(provider)
                .agent(waiting)
                .agent(limitedLead(AgentLimits.NONE.withMaxDuration(Duration.ofMillis(500))))
                .build();
        AgentResponse response = run(cortex.agent("lead"));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_DURATION);
        assertThat(response.totalUsage()).isEqualTo(Usage.of(1_010, 0));
    }

    private static ScriptedReply toolCall(long tokens) {
        return ScriptedReply.builder()
                .toolCall("t1", "again", Map.of())
                .usage(Usage.of(tokens, 0))
                .build();
    }

    @Test
    void answerOfASubAgentThatBreaksOffIsBooked() {
        provider.enqueue(
                call("busy", 10),
                toolCall(1_000),
                ScriptedReply.builder()
                        .chunks("half", " of", " it")
                        .fault(Fault.cutAfter(2))
                        .build(),
                text(100));
        Usage usage =
                run(cortex(busy(), limitedLead(AgentLimits.NONE)).agent("lead")).totalUsage();

        assertThat(usage.estimated()).isTrue();
        assertThat(usage.inputTokens()).isGreaterThan(1_110);
        assertThat(usage.outputTokens()).isPositive();
    }

    @Test
    void approvalThatIsMissingIsTheSubAgentsFailure() {
        provider.enqueue(
                ask("billing", "Pay"), ScriptedReply.toolCall("p1", "pay", Map.of()), ScriptedReply.text("Unpaid."));
        AgentResponse response = run(
                cortex(billing().build(), Agent.define("lead").agents("billing").build())
                        .agent("lead"));

        assertThat(response.output()).isEqualTo("Unpaid.");
        assertThat(result(response)).contains("approval");
        assertThat(paid).hasValue(0);
    }

    @Test
    void ofSeveralHandOffsInOneAnswerTheFirstCounts() {
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("h1", "hand_off_to_billing", Map.of())
                        .toolCall("h2", "hand_off_to_writer", Map.of())
                        .build(),
                ScriptedReply.text("It is paid."));
        AgentResponse response = run(cortex(
                        billing().build(),
                        WRITER,
                        Agent.define("desk").handOffs("billing", "writer").build())
                .agent("desk"));
        List<ToolResult> results = response.iterations().get(0).toolCalls().stream()
                .map(call -> call.result())
                .toList();

        assertThat(results).extracting(result -> result.success()).containsExactly(true, false);
        assertThat(results.get(1).error()).contains("only one agent can go on");
        assertThat(provider.requests().get(1).metadata()).containsEntry("agentId", "billing");
    }
}
