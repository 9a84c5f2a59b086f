package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.AgentStopReason;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.IdempotencyConflictException;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.plugin.Hook;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.tenant.TraceContext;
import io.cortexreactive.tool.Tool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class WorkflowRunTests extends WorkflowFixture {

    @Test
    void nodesRunInOrderAndTheirOutputsAreInTheState() {
        WorkflowResult result = run(
                Workflow.define("w")
                        .callback("a", gives(1))
                        .callback("b", context -> Mono.just(NodeResult.of(context.data("a") + "+1")))
                        .edge("a", "b")
                        .startAt("a")
                        .endAt("b")
                        .build(),
                Map.of("x", "y"));

        assertThat(result.status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(result.output()).containsExactly(entry("b", "1+1"));
        assertThat(result.state().data()).contains(entry("x", "y"), entry("a", 1), entry("b", "1+1"));
        assertThat(result.state().history()).hasSize(2);
        assertThat(told()).containsExactly("Started", "NodeExited", "NodeExited", "Completed");
    }

    @Test
    void runIsReadNoMoreOftenTheMoreNodesItHas() {
        assertThat(loads(chain(20))).isEqualTo(loads(chain(2)));
    }

    private WorkflowDefinition chain(int nodes) {
        WorkflowDefinition.Builder chain = Workflow.define("chain-" + nodes);
        for (int i = 0; i < nodes; i++) {
            chain.callback("n" + i, gives(i));
            if (i > 0) {
                chain.edge("n" + (i - 1), "n" + i);
            }
        }
        return chain.build();
    }

    private long loads(WorkflowDefinition definition) {
        List<String> calls = new CopyOnWriteArrayList<>();
        await(engine(telling(calls)).bind(definition).run(NOTHING));
        return calls.stream().filter("load"::equals).count();
    }

    /** The log, through which all calls are told. */
    private RunLog telling(List<String> calls) {
        Line line = new Line(log);
        line.cut = call -> !calls.add(call);
        return line.store();
    }

    @Test
    void runThatCompletesIsGivenAsTheStoreHasItWithoutBeingLoaded() {
        List<String> calls = new CopyOnWriteArrayList<>();
        WorkflowDefinition definition = Workflow.define("w")
                .callback("a", gives(1))
                .callback(
                        "b",
                        context -> Mono.delay(Duration.ofSeconds(3))
                                .doOnNext(late -> calls.clear())
                                .thenReturn(NodeResult.of("x")))
                .edge("a", "b")
                .build();

        WorkflowResult result = await(engine(telling(calls)).bind(definition).run(NOTHING));

        assertThat(calls).contains("commit").doesNotContain("load");
        assertThat(result.state()).isEqualTo(await(RunStore.of(log).find(result.runId())));
    }

    @Test
    void callbackGoesWhereItWantsOrEnds() {
        WorkflowDefinition definition = Workflow.define("w")
                .callback("a", context -> Mono.just(NodeResult.goTo("c", null)))
                .callback("b", gives("b"))
                .callback("c", context -> Mono.just(NodeResult.end(Map.of("k", "v"))))
                .edge("a", "b")
                .edge("a", "c", state -> false, 1)
                .edge("c", "b")
                .startAt("a")
                .endAt("b")
                .build();

        assertThat(run(definition).output()).containsExactly(entry("k", "v"));
        assertThat(ran).isEmpty();
        assertThat(told()).containsExactly("Started", "NodeExited", "BranchTaken", "NodeExited", "Completed");
    }

    @Test
    void callbackThatGivesNothingFailsTheRun() {
        WorkflowResult result = run(single(WorkflowNode.callback("a", context -> Mono.empty())));

        assertThat(result.status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(code(result)).isEqualTo("node_returned_nothing");
        assertThat(told()).containsExactly("Started", "Failed");
    }

    @Test
    @NullUnmarked // it is what nobody may give
    void callbackThatGivesNullFailsTheRun() {
        assertThat(code(run(single(WorkflowNode.callback("a", context -> null)))))
                .isEqualTo("node_returned_nothing");
    }

    @Test
    @NullUnmarked // it is what nobody may give
    void inputThatIsNullFailsItsNode() {
        workflows.register(single(branch("a", 1)));
        Tool tool = Tool.builder("t").handler((input, context) -> Mono.just(1)).build();

        assertNoInput(WorkflowNode.agent("n", "writer", state -> null));
        assertNoInput(WorkflowNode.tool("n", tool, state -> null));
        assertNoInput(WorkflowNode.subWorkflow("n", "w", state -> null));
    }

    private void assertNoInput(WorkflowNode node) {
        WorkflowResult result =
                run(Workflow.define("no input " + node.getClass().getSimpleName())
                        .node(node)
                        .build());

        assertThat(code(result)).isEqualTo("node_returned_nothing");
        assertThat(Objects.requireNonNull(result.error()).message()).startsWith("Node 'n' has null for its input.");
    }

    @Test
    void goingToAnUnknownNodeFailsTheRun() {
        WorkflowResult result = run(single(WorkflowNode.callback("a", context -> Mono.just(NodeResult.goTo("?", 1)))));

        assertThat(result.error())
                .isEqualTo(new ErrorInfo(
                        "invalid_node_result",
                        "Node 'a' goes on with '?', and workflow 'w@1' has no node of this id that edges could lead to. It"
                                + " has: a.",
                        false));
    }

    @Test
    void goingOutOfALoopFailsTheRun() {
        WorkflowResult result = run(Workflow.define("w")
                .loop("l", WorkflowNode.callback("b", context -> Mono.just(NodeResult.end(1))), state -> true, 2)
                .build());

        assertThat(code(result)).isEqualTo("invalid_node_result");
        assertThat(Objects.requireNonNull(result.error()).message())
                .startsWith("Node 'b' is the body of loop 'l', and can");
    }

    @Test
    @NullUnmarked // it is what nobody may give
    void resultThatContradictsItselfIsRefusedWhereItIsMade() {
        assertContradicts(() -> new NodeResult(1, null, "why", false));
        assertContradicts(() -> new NodeResult(null, "b", "why", false));
        assertContradicts(() -> new NodeResult(null, null, "why", true));
        assertContradicts(() -> new NodeResult(1, "b", null, true));
        assertContradicts(() -> NodeResult.goTo(null, 1));
        assertContradicts(() -> NodeResult.pause(null));
        assertThat(code(run(
                        single(WorkflowNode.callback("a", context -> Mono.just(new NodeResult(1, "a", null, true)))))))
                .isEqualTo("invalid_node_result");
    }

    private static void assertContradicts(ThrowingCallable made) {
        assertThatThrownBy(made).isInstanceOf(InvalidNodeResultException.class);
    }

    @Test
    void outputThatCannotBeKeptNamesItsNode() {
        String problem = "gives what cannot be kept. 'output.x'";

        assertThat(error(single(branch("a", Map.of("x", Double.NaN))))).startsWith("Node 'a' " + problem);
        assertThat(error(Workflow.define("p")
                        .parallel("p", Merge.all(), branch("b", Map.of("x", Double.NaN)))
                        .build()))
                .startsWith("Node 'b' " + problem);
    }

    private String error(WorkflowDefinition definition) {
        return Objects.requireNonNull(run(definition).error()).message();
    }

    @Test
    void outputOfAnAgentIsItsNodes() {
        agents = id -> new Agent() {
            @Override
            public AgentDefinition definition() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Mono<AgentResponse> run(Message input, AgentContext context) {
                return Tenancy.current()
                        .map(tenant -> new AgentResponse(
                                id + " of " + tenant.id() + ": " + input.text() + context.conversationId(),
                                List.of(),
                                List.of(),
                                Usage.NONE,
                                Duration.ZERO,
                                AgentStopReason.COMPLETED,
                                Map.of()));
            }

            @Override
            public Flux<AgentStep> stream(Message input, AgentContext context) {
                throw new UnsupportedOperationException();
            }
        };
        Workflow workflow = engine.bind(single(WorkflowNode.agent("a", "helper", state -> "Go")));

        assertThat(await(workflow.run(NOTHING)
                                .contextWrite(
                                        Tenancy.as(TenantContext.builder("acme").build())))
                        .output())
                .containsExactly(entry("a", "helper of acme: Gonull"));
    }

    @Test
    void agentKnowsTheRunAndHasTheKeyOfItsNodeInEachAttempt() {
        List<AgentContext> contexts = new CopyOnWriteArrayList<>();
        agents = id -> new Agent() {
            @Override
            public AgentDefinition definition() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Mono<AgentResponse> run(Message input, AgentContext context) {
                contexts.add(context);
                return Mono.deferContextual(view -> Mono.error(
                        new IllegalStateException(Tenancy.correlationId(view).orElse("") + " "
                                + TraceContext.in(view).orElseThrow())));
            }

            @Override
            public Flux<AgentStep> stream(Message input, AgentContext context) {
                throw new UnsupportedOperationException();
            }
        };
        String trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        WorkflowNode node = WorkflowNode.agent("a", "helper", state -> "Go")
                .with(WorkflowNode.Settings.retry(2, Duration.ofSeconds(1)));
        WorkflowResult result = await(engine.bind(single(node))
                .run(NOTHING)
                .contextWrite(Tenancy.correlation("order-42"))
                .contextWrite(TraceContext.write(trace, null)));

        assertThat(contexts).hasSize(2).allSatisfy(context -> {
            assertThat(context.idempotencyKey()).isEqualTo(result.runId() + "/1/");
            assertThat(context.variables()).containsExactly(entry("workflowRunId", result.runId()));
        });
        assertThat(record(new RunKey("", result.runId())).error())
                .hasFieldOrPropertyWithValue("message", "order-42 " + trace);
    }

    @Test
    void unknownAgentFailsTheNode() {
        assertThat(code(run(single(WorkflowNode.agent("a", "helper", state -> "Go")))))
                .isEqualTo("agent_not_found");
    }

    @Test
    void toolGetsTheKeyOfItsNode() {
        List<String> keys = new CopyOnWriteArrayList<>();
        Tool tool = Tool.builder("t")
                .handler((input, context) -> Mono.fromSupplier(() -> {
                    keys.add(context.idempotencyKey());
                    return Map.of("found", 1);
                }))
                .build();
        WorkflowResult result = run(single(WorkflowNode.tool("a", tool, state -> Map.of())));

        assertThat(result.output()).containsExactly(entry("found", 1));
        assertThat(keys).containsExactly(result.runId() + "/1/");
    }

    @Test
    void toolThatReportsAnErrorFailsTheNode() {
        Tool tool = Tool.builder("t")
                .handler((input, context) -> Mono.error(new IllegalStateException("no")))
                .build();

        assertThat(code(run(single(WorkflowNode.tool("a", tool, state -> Map.of())))))
                .isEqualTo("tool_failed");
    }

    @Test
    void toolThatRequiresApprovalFailsTheNode() {
        Tool tool = Tool.builder("t")
                .requiresApproval(true)
                .handler((input, context) -> Mono.just(1))
                .build();

        assertThat(code(run(single(WorkflowNode.tool("a", tool, state -> Map.of())))))
                .isEqualTo("tool_approval_missing");
    }

    @Test
    void conditionTakesOneWay() {
        WorkflowDefinition definition = Workflow.define("w")
                .condition("c", state -> state.data().containsKey("x"), "yes", "no")
                .callback("yes", gives("y"))
                .callback("no", gives("n"))
                .startAt("c")
                .endAt("yes", "no")
                .build();

        assertThat(run(definition, Map.of("x", 1)).output()).containsKey("yes");
        assertThat(run(definition).output()).containsKey("no");
        assertThat(told()).contains("BranchTaken");
    }

    @Test
    void loopGoesOnWhileItShould() {
        WorkflowResult result = run(loop(10, 5));

        assertThat(result.output()).containsExactly(entry("l", 5));
        assertThat(result.state().data()).containsEntry("n", 5);
        assertThat(kinds(result.runId())).filteredOn("NODE"::equals).hasSize(5);
    }

    @Test
    void loopThatIsNeverEnteredGivesNothing() {
        assertThat(run(loop(10, 0)).output()).isEmpty();
    }

    @Test
    void loopThatGoesOnTooLongFails() {
        assertThat(code(run(loop(3, 5)))).isEqualTo("limit_exceeded");
    }

    private WorkflowDefinition loop(int max, int until) {
        WorkflowNode body = WorkflowNode.callback(
                "n", context -> Mono.just(NodeResult.of((context.data("n") instanceof Integer n ? n : 0) + 1)));
        return Workflow.define("w")
                .loop("l", body, state -> (state.data().get("n") instanceof Integer n ? n : 0) < until, max)
                .startAt("l")
                .endAt("l")
                .build();
    }

    @Test
    void delayHoldsNothing() {
        WorkflowDefinition definition = Workflow.define("w")
                .delay("d", Duration.ofMinutes(5))
                .callback("a", gives(1))
                .edge("d", "a")
                .startAt("d")
                .endAt("a")
                .build();
        Begun<WorkflowResult> begun = begin(engine.bind(definition).run(NOTHING));
        pass(Duration.ofMinutes(4));

        assertThat(engine.worker().load()).isZero();
        assertThat(ran).isEmpty();
        assertThat(begun.await(Duration.ofMinutes(2)).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void hooksSeeEachNodeAndChangeItsOutput() {
        List<String> seen = new CopyOnWriteArrayList<>();
        plugins.addHook(WorkflowHooks.BEFORE_NODE, entering -> {
            seen.add(entering.context().node());
            return Mono.empty();
        });
        plugins.addHook(WorkflowHooks.AFTER_NODE, exiting -> Mono.just(exiting.withOutput("hooked")));

        assertThat(run(single(branch("a", 1))).output()).containsExactly(entry("a", "hooked"));
        assertThat(seen).containsExactly("a");
    }

    @Test
    void vetoFailsTheNode() {
        plugins.addHook(WorkflowHooks.BEFORE_NODE, entering -> Hook.veto("no"));

        assertThat(run(single(branch("a", 1))).status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(ran).isEmpty();
    }

    @Test
    void secondStartUnderOneKeyGivesTheFirstRun() {
        Workflow workflow = engine.bind(single(branch("a", 1)));
        RunOptions once = new RunOptions("key", null);
        WorkflowResult first = await(workflow.run(Map.of("x", 1, "y", 2), once));
        WorkflowResult second = await(workflow.run(Map.of("y", 2, "x", 1), once));

        assertThat(second.runId()).isEqualTo(first.runId());
        assertThat(second.output()).isEqualTo(first.output());
        assertThat(ran).hasSize(1);
        assertThatThrownBy(() -> await(workflow.run(Map.of("x", 2), once)))
                .isInstanceOf(IdempotencyConflictException.class);
    }

    @Test
    void inputThatCannotBeKeptIsRefusedBeforeAnythingHasBegun() {
        Workflow workflow = engine.bind(single(branch("a", 1)));

        assertThatThrownBy(() -> await(workflow.run(Map.of("x", Double.NaN))))
                .isInstanceOf(StateNotStorableException.class);
        assertThat(log.page(all()).collectList().block()).isEmpty();
    }

    @Test
    void outputThatCannotBeKeptFailsItsNode() {
        assertThat(code(run(single(branch("a", Double.NaN))))).isEqualTo("state_not_storable");
    }

    @Test
    void stateThatGrowsTooLargeFailsTheNodeThatMadeItSo() {
        EngineSettings small =
                new EngineSettings("default", 16, EngineSettings.Lease.DEFAULTS, SCAN, Duration.ofSeconds(30), 3_000);
        engine = engine(log, small, TenantResolver.none());
        WorkflowDefinition definition = Workflow.define("w")
                .callback("a", gives("x".repeat(2_000)))
                .callback("b", gives("x".repeat(2_000)))
                .edge("a", "b")
                .startAt("a")
                .endAt("b")
                .build();
        WorkflowResult result = run(definition);

        assertThat(code(result)).isEqualTo("state_not_storable");
        assertThat(result.state().currentNode()).isEqualTo("b");
    }

    @Test
    void failedEdgeFailsTheRun() {
        WorkflowDefinition definition = Workflow.define("w")
                .callback("a", gives(1))
                .callback("b", gives(1))
                .edge(
                        "a",
                        "b",
                        state -> {
                            throw new IllegalStateException("no");
                        },
                        1)
                .edge("a", "b")
                .startAt("a")
                .endAt("b")
                .build();

        assertThat(run(definition).status()).isEqualTo(WorkflowStatus.FAILED);
    }

    @Test
    void snapshotsAreRareAndTheJournalIsFolded() {
        WorkflowResult result = run(loop(1_000, 130));

        assertThat(result.state().data()).containsEntry("n", 130);
        assertThat(Objects.requireNonNull(result.state().history())).hasSize(131);
    }

    static WorkflowDefinition single(WorkflowNode node) {
        return Workflow.define("w")
                .node(node)
                .startAt(node.id())
                .endAt(node.id())
                .build();
    }
}
