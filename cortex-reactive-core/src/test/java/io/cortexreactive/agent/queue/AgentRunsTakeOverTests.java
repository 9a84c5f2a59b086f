package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentLoop;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.ApprovalNotFoundException;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.ForwardingRunLog;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TraceContext;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolErrorKind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What one worker has begun, another goes on with. */
class AgentRunsTakeOverTests extends AgentRunsFixture {

    private final List<String> quick = new CopyOnWriteArrayList<>();
    private final List<String> slow = new CopyOnWriteArrayList<>();

    private Tool quick() {
        return tool("quick", (input, context) -> {
            quick.add(context.idempotencyKey());
            return Mono.just("quick");
        });
    }

    private Tool slow(Mono<Object> result) {
        return tool("slow", (input, context) -> {
            slow.add(context.idempotencyKey());
            return result;
        });
    }

    private void twoCalls() {
        provider.enqueue(
                ScriptedReply.builder()
                        .text("I look.")
                        .toolCall("t1", "quick", Map.of("n", 1))
                        .toolCall("t2", "slow", Map.of("n", 2))
                        .build(),
                ScriptedReply.text("Both done."));
    }

    private static Mono<AgentStep> finished(AgentRuns runs, String runId, String tool) {
        return runs.follow(runId, null)
                .filter(step -> step instanceof AgentStep.ToolFinished done
                        && done.call().name().equals(tool))
                .next();
    }

    @Test
    void whatIsKeptIsNeitherAskedNorDoneAgain() {
        twoCalls();
        Site first = hasty(define(quick(), slow(Mono.never())).build());
        Site second = site(define(quick(), slow(Mono.just("slow"))).build());
        first.runs().start().block(SOON);
        String runId = get(first.pending("Go").dispatch());
        get(finished(second.runs(), runId, "quick"));
        first.runs().stop().block(SOON);

        second.runs().start().block(SOON);
        AgentResponse response = get(second.runs().await(runId));

        assertThat(response.output()).isEqualTo("Both done.");
        assertThat(provider.requested()).isPositive();
        assertThat(provider.requests()).hasSize(2);
        assertThat(quick).hasSize(1);
        assertThat(slow).hasSize(2).containsOnly(slow.get(0)).doesNotContain(quick.get(0));
        List<AgentStep> steps = get(second.runs().follow(runId, null).collectList());
        assertThat(steps).noneMatch(AgentStep.Restarted.class::isInstance);
        assertThat(steps.stream().filter(AgentStep.ToolFinished.class::isInstance))
                .hasSize(2);
        assertThat(steps.stream().filter(AgentStep.IterationCompleted.class::isInstance))
                .hasSize(2);
        assertThat(response.totalUsage()).isEqualTo(usage(response));
    }

    private static Usage usage(AgentResponse response) {
        return response.iterations().stream()
                .map(iteration -> iteration.response().usage())
                .reduce(Usage.NONE, Usage::plus);
    }

    @Test
    void anAnswerThatBrokeOffBeginsAnewAndClientsAreTold() {
        provider.enqueue(
                ScriptedReply.builder()
                        .chunks("Half an ", "answer.")
                        .fault(Fault.stallAfter(1))
                        .build(),
                ScriptedReply.text("A whole answer."));
        AgentDefinition agent = define().build();
        Site first = hasty(agent);
        Site second = site(agent);
        first.runs().start().block(SOON);
        String runId = get(first.pending("Go").dispatch());
        get(second.runs()
                .follow(runId, null)
                .filter(AgentStep.Text.class::isInstance)
                .next());
        first.runs().stop().block(SOON);
        second.runs().start().block(SOON);

        assertThat(get(second.runs().await(runId)).output()).isEqualTo("A whole answer.");
        List<AgentStep> steps = get(second.runs().follow(runId, null).collectList());
        assertThat(steps.subList(0, 3))
                .satisfiesExactly(
                        half -> assertThat(half).isEqualTo(new AgentStep.Text(List.of("helper"), 1, "Half an ")),
                        restarted -> assertThat(restarted).isInstanceOfSatisfying(AgentStep.Restarted.class, step -> {
                            assertThat(step.iteration()).isEqualTo(1);
                            assertThat(step.attempt()).isEqualTo(2);
                        }),
                        whole -> assertThat(whole)
                                .isEqualTo(new AgentStep.Text(List.of("helper"), 1, "A whole answer.")));
    }

    private Tool risky(List<Object> ran) {
        return Tool.builder("risky")
                .description("does something")
                .input(Schema.object().property("n", Schema.integer()))
                .requiresApproval(true)
                .handler((input, context) -> {
                    ran.add(input);
                    return Mono.just("risked");
                })
                .build();
    }

    @Test
    void aCallThatMustBeApprovedWaitsForAsLongAsItTakes() {
        List<Object> ran = new CopyOnWriteArrayList<>();
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("t1", "risky", Map.of("n", 1))
                        .toolCall("t2", "quick", Map.of("n", 2))
                        .toolCall("t3", "risky", Map.of("n", 3))
                        .build(),
                ScriptedReply.text("Done."));
        AgentDefinition agent = define(risky(ran), quick()).build();
        Site first = hasty(agent);
        first.runs().start().block(SOON);
        String runId = get(first.pending("Go").dispatch());
        get(first.runs()
                .follow(runId, null)
                .filter(AgentStep.ApprovalRequested.class::isInstance)
                .next());
        assertThat(get(first.runs().status(runId))).isEqualTo(AgentRunStatus.PAUSED);
        assertThat(get(first.runs().approvals(runId).collectList()))
                .extracting(AgentStep.ApprovalRequested::callId)
                .containsExactlyInAnyOrder("t1", "t3");
        first.runs().stop().block(SOON);
        assertThat(ran).isEmpty();
        assertThat(quick).hasSize(1);

        Site second = site(agent);
        second.runs().start().block(SOON);
        second.runs().approve(runId, "t1", AgentRuns.Approval.grant()).block(SOON);
        second.runs().approve(runId, "t1", AgentRuns.Approval.grant()).block(SOON);
        second.runs().approve(runId, "t3", AgentRuns.Approval.deny("too risky")).block(SOON);
        AgentResponse response = get(second.runs().await(runId));

        assertThat(response.output()).isEqualTo("Done.");
        assertThat(ran).containsExactly(Map.of("n", 1));
        assertThat(quick).hasSize(1);
        assertThat(provider.requests()).hasSize(2);
        assertThat(provider.requests().get(1).toString()).contains("They say: too risky");
        for (AgentRuns.Approval late : List.of(AgentRuns.Approval.deny("no"))) {
            assertThatThrownBy(() -> second.runs().approve(runId, "t1", late).block(SOON))
                    .isInstanceOf(ApprovalNotFoundException.class);
        }
        second.runs().approve(runId, "t1", AgentRuns.Approval.grant()).block(SOON);
        assertThatThrownBy(() -> second.runs()
                        .approve(runId, "t9", AgentRuns.Approval.grant())
                        .block(SOON))
                .isInstanceOf(ApprovalNotFoundException.class);
        List<ChannelMessage> told = all(second.runs(), runId, null);
        assertThat(told).extracting(ChannelMessage::id).doesNotHaveDuplicates();
    }

    @Test
    void aDecisionIsForOneCallEvenIfTheModelGivesTheNextOneItsId() {
        List<Object> ran = new CopyOnWriteArrayList<>();
        provider.enqueue(
                ScriptedReply.toolCall("call_0", "risky", Map.of("n", 1)),
                ScriptedReply.toolCall("call_0", "risky", Map.of("n", 2)),
                ScriptedReply.text("Done."));
        Site site = site(define(risky(ran)).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());

        Flux<String> asked = site.runs()
                .follow(runId, null)
                .ofType(AgentStep.ApprovalRequested.class)
                .map(AgentStep.ApprovalRequested::callId);
        String first = get(asked.next());
        site.runs().approve(runId, first, AgentRuns.Approval.grant()).block(SOON);
        String second = get(asked.skip(1).next());
        assertThat(ran).containsExactly(Map.of("n", 1));
        site.runs().approve(runId, second, AgentRuns.Approval.grant()).block(SOON);

        assertThat(get(site.runs().await(runId)).output()).isEqualTo("Done.");
        assertThat(ran).containsExactly(Map.of("n", 1), Map.of("n", 2));
        assertThat(second).isNotEqualTo(first);
    }

    /** Its worker goes while the writer has made one of two calls, and another one brings the run to its end. */
    private List<AgentStep> stepsOfAWriterThatIsTakenOver() {
        AgentDefinition lead = define().agents("writer").build();
        Site first = hasty(
                lead, Agent.define("writer").tools(quick(), slow(Mono.never())).build());
        Site second = site(
                lead,
                Agent.define("writer").tools(quick(), slow(Mono.just("slow"))).build());
        first.runs().start().block(SOON);
        String runId = get(first.pending("Go").dispatch());
        get(finished(second.runs(), runId, "quick"));
        first.runs().stop().block(SOON);
        second.runs().start().block(SOON);

        assertThat(get(second.runs().await(runId)).output()).isEqualTo("Edited.");
        return get(second.runs().follow(runId, null).collectList());
    }

    @Test
    void subAgentsAreGoneOnWithToo() {
        provider.enqueue(
                ScriptedReply.toolCall("a1", "writer", Map.of("input", "Write")),
                ScriptedReply.builder()
                        .text("Looking.")
                        .toolCall("w1", "quick", Map.of("n", 1))
                        .toolCall("w2", "slow", Map.of("n", 2))
                        .build(),
                ScriptedReply.text("Written."),
                ScriptedReply.text("Edited."));

        List<AgentStep> steps = stepsOfAWriterThatIsTakenOver();

        assertThat(provider.requests()).hasSize(4);
        assertThat(quick).hasSize(1);
        assertThat(slow).hasSize(2).containsOnly(slow.get(0));
        assertThat(steps).noneMatch(AgentStep.Restarted.class::isInstance);
        assertThat(steps.stream()
                        .filter(step -> step.path().equals(List.of("helper", "writer")))
                        .filter(AgentStep.IterationCompleted.class::isInstance))
                .hasSize(2);
    }

    @Test
    void aSubAgentThatIsCalledAgainIsToldAgain() {
        provider.enqueue(
                ScriptedReply.toolCall("a1", "writer", Map.of("input", "Write")),
                ScriptedReply.text("Written."),
                ScriptedReply.toolCall("a2", "writer", Map.of("input", "Rewrite")),
                ScriptedReply.builder()
                        .toolCall("w1", "quick", Map.of("n", 1))
                        .toolCall("w2", "slow", Map.of("n", 2))
                        .build(),
                ScriptedReply.text("Rewritten."),
                ScriptedReply.text("Edited."));

        List<AgentStep> steps = stepsOfAWriterThatIsTakenOver();

        assertThat(steps)
                .filteredOn(step -> step.path().equals(List.of("helper", "writer")))
                .filteredOn(AgentStep.IterationCompleted.class::isInstance)
                .extracting(AgentStep::iteration)
                .containsExactly(1, 1, 2);
    }

    @Test
    void aSubAgentMayWaitForApprovalWhileItsSiblingsWork() {
        List<Object> ran = new CopyOnWriteArrayList<>();
        Sinks.One<Object> sibling = Sinks.one();
        provider.enqueue(
                ScriptedReply.builder()
                        .toolCall("a1", "writer", Map.of("input", "Write"))
                        .toolCall("a2", "slow", Map.of("n", 1))
                        .build(),
                ScriptedReply.toolCall("w1", "risky", Map.of("n", 7)),
                ScriptedReply.text("Written."),
                ScriptedReply.text("Edited."));
        Site site = site(
                define(slow(sibling.asMono())).agents("writer").build(),
                Agent.define("writer").tools(risky(ran)).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        get(site.runs()
                .follow(runId, null)
                .filter(step -> step.path().size() == 2 && step instanceof AgentStep.ToolStarted)
                .next());
        sibling.tryEmitValue("done");
        get(site.runs()
                .follow(runId, null)
                .filter(AgentStep.ApprovalRequested.class::isInstance)
                .next());
        site.runs().approve(runId, "w1", AgentRuns.Approval.grant()).block(SOON);

        assertThat(get(site.runs().await(runId)).output()).isEqualTo("Edited.");
        assertThat(ran).containsExactly(Map.of("n", 7));
        assertThat(slow).hasSize(1);
        assertThat(provider.requests()).hasSize(4);
    }

    @Test
    void plansAndTextReactAreGoneOnWith() {
        provider.enqueue(
                ScriptedReply.text("{\"steps\":[\"look\"]}"),
                ScriptedReply.builder()
                        .toolCall("t1", "quick", Map.of("n", 1))
                        .toolCall("t2", "slow", Map.of("n", 2))
                        .build(),
                ScriptedReply.text("Looked."),
                ScriptedReply.text("Planned and done."));
        AgentDefinition.Builder planning = define(quick(), slow(Mono.never())).loop(AgentLoop.planAndExecute());
        Site first = hasty(planning.build());
        Site second = site(define(quick(), slow(Mono.just("slow")))
                .loop(AgentLoop.planAndExecute())
                .build());
        first.runs().start().block(SOON);
        String runId = get(first.pending("Go").dispatch());
        get(finished(second.runs(), runId, "quick"));
        first.runs().stop().block(SOON);
        second.runs().start().block(SOON);

        assertThat(get(second.runs().await(runId)).output()).isEqualTo("Planned and done.");
        assertThat(provider.requests()).hasSize(4);
        assertThat(get(second.runs().follow(runId, null).collectList()).stream()
                        .filter(AgentStep.Planned.class::isInstance))
                .hasSize(1);
    }

    @Test
    void aConversationHasTheTurnOnceHoweverManyWorkersItTook() {
        twoCalls();
        AgentDefinition.Builder remembering =
                define(quick(), slow(Mono.never())).memory(ConversationMemory.buffer());
        Site first = hasty(remembering.build());
        Site second = site(define(quick(), slow(Mono.just("slow")))
                .memory(ConversationMemory.buffer())
                .build());
        first.runs().start().block(SOON);
        String runId = get(Agent.bind(first.agents().get("helper"), first.runtime())
                .runAsync("Go", AgentContext.conversation("c1"))
                .dispatch());
        get(finished(second.runs(), runId, "quick"));
        assertThat(get(conversations.history("c1").collectList())).isEmpty();
        first.runs().stop().block(SOON);
        second.runs().start().block(SOON);
        AgentResponse response = get(second.runs().await(runId));

        assertThat(get(conversations.history("c1").collectList()))
                .extracting(Message::content)
                .isEqualTo(response.messages().stream().map(Message::content).toList());
    }

    @Test
    void givingARunBackIsNoAttemptAtIt() {
        AgentDefinition agent = define().build();
        ScriptedReply half = ScriptedReply.builder()
                .chunks("Half an ", "answer.")
                .fault(Fault.stallAfter(1))
                .build();
        provider.enqueue(half, half, half, ScriptedReply.text("A whole answer."));
        Site dispatching = hasty(agent);
        String runId = get(dispatching.pending("Go").maxAttempts(2).dispatch());
        for (int i = 1; i <= 3; i++) {
            Site site = hasty(agent);
            site.runs().start().block(SOON);
            get(dispatching
                    .runs()
                    .follow(runId, null)
                    .filter(AgentStep.Text.class::isInstance)
                    .skip(i - 1)
                    .next());
            site.runs().stop().block(SOON);
        }
        Site last = site(agent);
        last.runs().start().block(SOON);
        assertThat(get(last.runs().await(runId)).output()).isEqualTo("A whole answer.");
    }

    @Test
    void everyWorkerHasTheTraceOfWhoDispatched() {
        TraceContext trace = TraceContext.of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "congo=t61")
                .orElseThrow();
        List<Object> seen = new CopyOnWriteArrayList<>();
        Sinks.Empty<Void> called = Sinks.empty();
        twoCalls();
        Site first = hasty(define(
                        quick(),
                        tracing(seen, Mono.fromRunnable(called::tryEmitEmpty).then(Mono.never())))
                .build());
        Site second = site(define(quick(), tracing(seen, Mono.just("slow"))).build());
        first.runs().start().block(SOON);
        String runId = get(first.pending("Go")
                .dispatch()
                .contextWrite(trace.write())
                .contextWrite(Tenancy.correlation("order-42")));
        called.asMono().block(SOON);
        first.runs().stop().block(SOON);
        second.runs().start().block(SOON);
        get(second.runs().await(runId));

        assertThat(seen).containsExactly(trace, "order-42", trace, "order-42");
    }

    private static Tool tracing(List<Object> seen, Mono<Object> result) {
        return tool(
                "slow",
                (input, context) -> Mono.deferContextual(view -> {
                    seen.add(TraceContext.in(view).map(Object.class::cast).orElse("no trace"));
                    seen.add(Tenancy.correlationId(view).orElse("no id"));
                    return result;
                }));
    }

    @Test
    void aTraceMakesNoOtherRunOfTheSameKey() {
        Site site = site(define().build());
        String first = get(site.pending("Go").idempotencyKey("once").dispatch());
        String again = get(site.pending("Go")
                .idempotencyKey("once")
                .dispatch()
                .contextWrite(
                        TraceContext.write("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "congo=t61")));

        assertThat(again).isEqualTo(first);
    }

    private Tool once(Sinks.Empty<Void> called, Mono<Object> result) {
        return Tool.builder("once")
                .description("must not be done twice")
                .input(Schema.object().property("n", Schema.integer()))
                .atMostOnce(true)
                .handler((input, context) -> {
                    slow.add(context.idempotencyKey());
                    called.tryEmitEmpty();
                    return result;
                })
                .build();
    }

    @Test
    void aCallThatMayBeMadeOnceIsNotMadeByTheNextWorker() {
        Sinks.Empty<Void> called = Sinks.empty();
        provider.enqueue(
                ScriptedReply.toolCall("t1", "once", Map.of("n", 1)),
                ScriptedReply.toolCall("t2", "once", Map.of("n", 1)),
                ScriptedReply.text("Done."));
        Site first = hasty(define(once(called, Mono.never())).build());
        first.runs().start().block(SOON);
        String runId = get(first.pending("Go").dispatch());
        called.asMono().block(SOON);
        first.runs().stop().block(SOON);
        Site second = site(define(once(called, Mono.just("done"))).build());
        second.runs().start().block(SOON);
        AgentResponse response = get(second.runs().await(runId));

        assertThat(response.output()).isEqualTo("Done.");
        assertThat(response.iterations().get(0).toolCalls()).singleElement().satisfies(call -> {
            assertThat(call.result().success()).isFalse();
            assertThat(call.result().errorKind()).contains(ToolErrorKind.UNKNOWN_OUTCOME);
        });
        assertThat(response.iterations().get(1).toolCalls())
                .extracting(call -> call.result().output())
                .containsExactly("done");
        assertThat(slow).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aCallThatMayBeMadeOnceIsNotMadeIfItCannotBeNoted() {
        Sinks.Empty<Void> called = Sinks.empty();
        AtomicBoolean broken = new AtomicBoolean();
        queue = new DelegatedQueue(new ForwardingRunLog(queue) {
            @Override
            public Mono<Verdict> commit(Transition transition) {
                return "begun".equals(transition.node()) && broken.compareAndSet(false, true)
                        ? Mono.error(new StoreUnavailableException("It is gone.", null))
                        : super.commit(transition);
            }
        });
        provider.enqueue(ScriptedReply.toolCall("t1", "once", Map.of("n", 1)), ScriptedReply.text("Done."));
        Site site = site(define(once(called, Mono.just("done"))).build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").dispatch());
        AgentResponse response = get(site.runs().await(runId));

        assertThat(broken).isTrue();
        assertThat(response.iterations().get(0).toolCalls())
                .extracting(call -> call.result().output())
                .containsExactly("done");
        assertThat(slow).hasSize(1);
    }
}
