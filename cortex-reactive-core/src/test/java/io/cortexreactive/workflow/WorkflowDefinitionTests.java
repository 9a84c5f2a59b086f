package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.error.Lasting;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.workflow.WorkflowDefinition.Edge;
import io.cortexreactive.workflow.WorkflowNode.AgentCall;
import io.cortexreactive.workflow.WorkflowNode.HumanInput;
import io.cortexreactive.workflow.WorkflowNode.Loop;
import io.cortexreactive.workflow.WorkflowNode.Parallel;
import io.cortexreactive.workflow.WorkflowNode.Question;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class WorkflowDefinitionTests {

    private static final Tool TOOL = Tool.builder("t")
            .description("t")
            .input(Schema.object())
            .handler((input, context) -> Mono.just("done"))
            .build();

    private static WorkflowDefinition.Builder workflow(String... callbacks) {
        WorkflowDefinition.Builder builder = Workflow.define("w");
        for (String id : callbacks) {
            builder.node(callback(id));
        }
        return builder;
    }

    private static boolean never(WorkflowState state) {
        return state.data().containsKey("never");
    }

    private static WorkflowNode node(WorkflowDefinition definition, String id) {
        return Objects.requireNonNull(definition.node(id));
    }

    private static WorkflowNode callback(String id) {
        return WorkflowNode.callback(id, context -> Mono.just(NodeResult.of(id)));
    }

    private static WorkflowNode tool(String id) {
        return WorkflowNode.tool(id, TOOL, state -> Map.of());
    }

    private static WorkflowState state(Map<String, Object> data) {
        return new WorkflowState(
                "w", "1", "r", null, null, WorkflowStatus.RUNNING, data, List.of(), null, new RunTimes(null, null));
    }

    private static ListAssert<String> assertProblems(WorkflowDefinition.Builder builder) {
        try {
            builder.build();
        } catch (WorkflowDefinitionException e) {
            assertThat(e.problems()).allSatisfy(problem -> assertThat(e).hasMessageContaining(problem));
            return assertThat(e.problems());
        }
        throw new AssertionError("nothing is wrong with it");
    }

    @Test
    void definitionHasWhatItWasMadeOf() {
        WorkflowDefinition definition = workflow("a", "b")
                .version("2")
                .condition("c", state -> true, "b", "a")
                .edge("a", "c")
                .startAt("a")
                .endAt("b")
                .build();

        assertThat(definition).hasToString("w@2");
        assertThat(definition.id()).isEqualTo("w");
        assertThat(definition.version()).isEqualTo("2");
        assertThat(definition.nodes()).extracting(WorkflowNode::id).containsExactly("a", "b", "c");
        assertThat(definition.start()).isEqualTo("a");
        assertThat(definition.ends()).containsExactly("b");
        assertThat(definition.edges())
                .extracting(edge -> edge.from() + edge.to())
                .containsExactly("ac", "cb", "ca");
        assertThat(definition.node("c")).isInstanceOf(WorkflowNode.Condition.class);
        assertThat(definition.node("x")).isNull();
    }

    @Test
    void nodesOfEveryKindAreMade() {
        WorkflowDefinition definition = Workflow.define("w")
                .callback("callback", context -> Mono.just(NodeResult.end(1)))
                .agent("agent", "writer", state -> "write")
                .tool("tool", TOOL, state -> Map.of())
                .condition("condition", state -> true, "parallel", "loop")
                .parallel("parallel", Merge.all(), tool("p1"), callback("p2"))
                .loop("loop", tool("body"), state -> true, 3)
                .humanInput("human", "Fine?", null, Duration.ofDays(1), OnTimeout.cancel())
                .subWorkflow("sub", "other", state -> Map.of())
                .delay("delay", Duration.ofHours(1))
                .edge("callback", "agent")
                .edge("agent", "tool")
                .edge("tool", "condition")
                .edge("parallel", "human")
                .edge("loop", "human")
                .edge("human", "sub")
                .edge("sub", "delay")
                .build();

        assertThat(definition.version()).isEqualTo("1");
        assertThat(definition.ends()).containsExactly("delay");
        assertThat(definition.nodes()).hasSize(9);
        assertThat(definition.node("p2")).isInstanceOf(WorkflowNode.Callback.class);
        assertThat(definition.node("body")).isInstanceOf(WorkflowNode.ToolCall.class);
        assertThat((Parallel) definition.node("parallel"))
                .returns(8, Parallel::concurrency)
                .returns(Merge.all(), Parallel::merge);
        assertThat(((HumanInput) node(definition, "human")).question())
                .isEqualTo(new Question("Fine?", null, Duration.ofDays(1), OnTimeout.cancel()));
    }

    @Test
    void agentWithoutFunctionReadsTheInputOrEverything() {
        WorkflowDefinition definition =
                Workflow.define("w").agent("a", "writer").build();
        AgentCall agent = (AgentCall) node(definition, "a");

        assertThat(agent.input().apply(state(Map.of("input", "Write!")))).isEqualTo("Write!");
        assertThat(agent.input().apply(state(Map.of("input", 7)))).isEqualTo("{\"input\":7}");
        assertThat(agent.input().apply(state(Map.of()))).isEqualTo("{}");
    }

    @Test
    void settingsAreOfNodesAlsoInsideOfOthers() {
        WorkflowNode.Settings slow = WorkflowNode.Settings.timeout(Duration.ofMinutes(1));
        WorkflowNode.Settings undone = WorkflowNode.Settings.compensation(context -> Mono.empty());
        WorkflowDefinition definition = workflow()
                .parallel("fan", Merge.any(), callback("p1"), callback("p2"))
                .loop("again", callback("body"), WorkflowDefinitionTests::never, 2)
                .edge("fan", "again")
                .settings("p2", slow)
                .settings("body", slow)
                .settings("again", undone)
                .settings("fan", slow)
                .build();

        assertThat(node(definition, "p1").settings()).isEqualTo(WorkflowNode.Settings.DEFAULTS);
        assertThat(node(definition, "p2").settings()).isEqualTo(slow);
        assertThat(node(definition, "body").settings()).isEqualTo(slow);
        assertThat(node(definition, "again").settings()).isEqualTo(undone);
        assertThat(node(definition, "fan").settings()).isEqualTo(slow);
        assertThat(((Loop) node(definition, "again")).body()).isSameAs(definition.node("body"));
    }

    @Test
    void startIsTheNodeThatNoEdgeLeadsToOrTheFirst() {
        assertThat(workflow("b", "a").edge("a", "b").build().start()).isEqualTo("a");
        assertThat(workflow("a", "b").edge("a", "b").edge("b", "a").build().start())
                .isEqualTo("a");
    }

    @Test
    void whatIsBuiltDoesNotChangeWithItsBuilder() {
        WorkflowDefinition.Builder builder = workflow("a");
        WorkflowDefinition definition = builder.build();
        builder.node(callback("b")).edge("a", "b").endAt("b");

        assertThat(definition.nodes()).hasSize(1);
        assertThat(definition.edges()).isEmpty();
        assertThat(definition.ends()).containsExactly("a");
        assertThat(builder.build().nodes()).hasSize(2);
    }

    @Test
    void edgeOfTheHighestPriorityThatHoldsIsTaken() {
        WorkflowDefinition definition = workflow("a", "none", "low", "high", "second")
                .edge("a", "none")
                .edge("a", "low", state -> state.data().containsKey("low"), -1)
                .edge("a", "high", state -> state.data().containsKey("high"), 2)
                .edge("a", "second", state -> state.data().containsKey("high"), 2)
                .build();

        assertThat(definition.next("a", state(Map.of()))).returns("none", Edge::to);
        assertThat(definition.next("a", state(Map.of("low", 1)))).returns("low", Edge::to);
        assertThat(definition.next("a", state(Map.of("low", 1, "high", 1)))).returns("high", Edge::to);
        assertThat(definition.next("high", state(Map.of()))).isNull();
    }

    @Test
    void conditionGoesOneOfItsWays() {
        WorkflowDefinition definition = workflow("a", "b")
                .condition("c", state -> state.data().containsKey("x"), "a", "b")
                .build();

        assertThat(definition.start()).isEqualTo("c");
        assertThat(definition.next("c", state(Map.of("x", 1)))).returns("a", Edge::to);
        assertThat(definition.next("c", state(Map.of()))).returns("b", Edge::to);
    }

    @Test
    void noEdgeThatHoldsIsAnError() {
        WorkflowDefinition definition = workflow("a", "b")
                .edge("a", "b", WorkflowDefinitionTests::never, 0)
                .build();

        assertThatExceptionOfType(NoWayOnException.class)
                .isThrownBy(() -> definition.next("a", state(Map.of())))
                .withMessageStartingWith("Nothing leads on from node 'a': none of its edges holds, to b.")
                .isInstanceOf(Lasting.class)
                .satisfies(error -> assertThat(error.code()).isEqualTo("no_way_on"));
    }

    @Test
    void callbackWithoutEdgesThatIsNoEndMustSayWhereToGo() {
        WorkflowDefinition definition = workflow("a", "b")
                .edge("a", "b", WorkflowDefinitionTests::never, 0)
                .edge("b", "a", WorkflowDefinitionTests::never, 0)
                .endAt()
                .build();

        assertThat(definition.ends()).isEmpty();
        WorkflowDefinition dangling = workflow("a", "b", "end")
                .edge("a", "b")
                .edge("a", "end", WorkflowDefinitionTests::never, 0)
                .endAt("end")
                .build();
        assertThatExceptionOfType(NoWayOnException.class)
                .isThrownBy(() -> dangling.next("b", state(Map.of())))
                .withMessage("Nothing leads on from node 'b': it has no edges, and is no end.");
    }

    @Test
    void conditionThatFailsNamesItsNode() {
        IllegalStateException failure = new IllegalStateException("no such key");
        WorkflowDefinition definition = workflow("a", "b")
                .edge(
                        "a",
                        "b",
                        state -> {
                            throw failure;
                        },
                        0)
                .build();

        assertThatExceptionOfType(NoWayOnException.class)
                .isThrownBy(() -> definition.next("a", state(Map.of())))
                .withMessageContaining("'a' leads on to 'b' cannot be told")
                .withMessageContaining("no such key")
                .withCause(failure);
    }

    @Test
    void everythingThatIsWrongIsToldAtOnce() {
        WorkflowDefinition.Builder builder = workflow("a", "b", "a")
                .delay("wait", Duration.ZERO)
                .edge("a", "x")
                .edge("a", "wait")
                .startAt("start")
                .endAt("end");

        assertProblems(builder)
                .containsExactlyInAnyOrder(
                        "there are 2 nodes 'a'",
                        "node 'wait' waits PT0S, which is no time",
                        "edge 'a' -> 'x': there is no node 'x'",
                        "node 'a' has 2 edges without a condition, to x, wait",
                        "start 'start': there is no node 'start'",
                        "end 'end': there is no node 'end'",
                        "node 'wait' has no way out: neither an end nor a callback, which could end the run, can be reached from it");
        assertThatExceptionOfType(WorkflowDefinitionException.class)
                .isThrownBy(builder::build)
                .withMessageStartingWith("Workflow 'w' cannot be made: ")
                .isInstanceOf(Lasting.class)
                .satisfies(error -> assertThat(error.code()).isEqualTo("invalid_workflow"));
    }

    @Test
    void workflowNeedsNodesAndNames() {
        assertProblems(Workflow.define(" ").version(""))
                .containsExactly("the workflow's id is blank", "the workflow's version is blank", "it has no nodes");
        assertProblems(Workflow.define("a@b/c").node(callback("a")))
                .containsExactly("the workflow's id has a '/' or '@', which are reserved");
        assertProblems(workflow("a").version("1\u0000"))
                .containsExactly("the workflow's version has a character that cannot be printed");
    }

    @Test
    void namesOfNodesCannotBeJustAnything() {
        assertProblems(workflow("")).containsExactly("the id of node '' is blank");
        assertProblems(workflow("a/b"))
                .containsExactly("the id of node 'a/b' has a '/' or begins with a '$', which are reserved");
        assertProblems(workflow("$a"))
                .containsExactly("the id of node '$a' has a '/' or begins with a '$', which are reserved");
        assertProblems(workflow("a\ud800"))
                .containsExactly("the id of node 'a\ud800' has a character that cannot be printed");
        assertProblems(workflow("a".repeat(201)))
                .containsExactly("the id of node '" + "a".repeat(201) + "' is longer than 200 chars");
        assertThat(workflow("a b$c\ud83d\ude00").build().start()).isEqualTo("a b$c\ud83d\ude00");
    }

    @Test
    void namesInsideOfOthersAreNamesLikeAnyOther() {
        assertProblems(workflow("a")
                        .parallel("fan", Merge.all(), callback("a"), callback(" "))
                        .loop("again", callback("fan"), WorkflowDefinitionTests::never, 1)
                        .edge("a", "fan")
                        .edge("fan", "again"))
                .containsExactly("there are 2 nodes 'a'", "there are 2 nodes 'fan'", "the id of node ' ' is blank");
    }

    @Test
    void edgesLeadFromNodesToNodes() {
        assertProblems(workflow("a")
                        .parallel("fan", Merge.all(), tool("p"))
                        .edge("a", "p")
                        .edge("a", "fan", WorkflowDefinitionTests::never, 0))
                .containsExactly("edge 'a' -> 'p': 'p' is inside of another node");
        assertProblems(workflow("a").edge("x", "a").startAt("a"))
                .containsExactly("edge 'x' -> 'a': there is no node 'x'");
        assertProblems(workflow("a").edge("x", "x")).containsExactly("edge 'x' -> 'x': there is no node 'x'");
    }

    @Test
    void conditionHasItsTwoWaysAlone() {
        assertProblems(workflow("a", "b")
                        .condition("c", WorkflowDefinitionTests::never, "a", "b")
                        .edge("c", "a", WorkflowDefinitionTests::never, 1))
                .containsExactly("edge 'c' -> 'a': 'c' is a condition, which has its ways already");
        assertProblems(workflow("a").condition("c", WorkflowDefinitionTests::never, "a", "x"))
                .containsExactly("condition 'c': there is no node 'x'");
        assertProblems(workflow("a")
                        .condition("c", WorkflowDefinitionTests::never, "x", "x")
                        .startAt("c"))
                .contains("condition 'c': there is no node 'x'");
    }

    @Test
    void settingsAndEndsAreOfNodes() {
        assertProblems(workflow("a").settings("x", WorkflowNode.Settings.DEFAULTS))
                .containsExactly("settings of 'x': there is no node 'x'");
        assertProblems(workflow("a")
                        .parallel("fan", Merge.all(), tool("p"))
                        .edge("a", "fan")
                        .endAt("fan", "p"))
                .containsExactly("end 'p': 'p' is inside of another node");
        assertProblems(workflow("a", "b").edge("a", "b").endAt("a", "b"))
                .containsExactly("end 'a' has an edge, to 'b'");
    }

    @Test
    void startMustBeTold() {
        assertProblems(workflow("a", "b", "c").edge("a", "c").edge("b", "c"))
                .containsExactly("it must say where it starts, because no edge leads to any of a, b");
        assertProblems(workflow("a").startAt("x")).containsExactly("start 'x': there is no node 'x'");
    }

    @Test
    void everyNodeMustBeReached() {
        assertProblems(workflow("a", "b", "c", "d")
                        .edge("a", "b")
                        .edge("c", "d")
                        .startAt("a"))
                .containsExactly(
                        "node 'c' cannot be reached from 'a'; if only NodeResult.goTo leads to it, add an edge that"
                                + " never holds",
                        "node 'd' cannot be reached from 'a'; if only NodeResult.goTo leads to it, add an edge that"
                                + " never holds");
        assertThat(workflow("a", "b", "c")
                        .edge("a", "b")
                        .edge("a", "c", WorkflowDefinitionTests::never, 0)
                        .build()
                        .ends())
                .containsExactly("b", "c");
    }

    @Test
    void everyNodeNeedsAWayOut() {
        WorkflowDefinition.Builder circle = Workflow.define("w")
                .tool("a", TOOL, state -> Map.of())
                .tool("b", TOOL, state -> Map.of())
                .edge("a", "b")
                .edge("b", "a");

        assertProblems(circle)
                .containsExactly(
                        "node 'a' has no way out: neither an end nor a callback, which could end the run, can be reached from it",
                        "node 'b' has no way out: neither an end nor a callback, which could end the run, can be reached from it");
        assertThat(circle.callback("out", context -> Mono.just(NodeResult.end(1)))
                        .edge("b", "out", WorkflowDefinitionTests::never, 0)
                        .build()
                        .ends())
                .containsExactly("out");
        assertProblems(workflow("a").node(tool("b")).edge("a", "b").endAt("a"))
                .contains(
                        "node 'b' has no way out: neither an end nor a callback, which could end the run, can be reached from it");
    }

    @Test
    void callbackMayEndTheRunItself() {
        WorkflowDefinition definition =
                workflow("a").node(tool("b")).edge("a", "b").edge("b", "a").build();

        assertThat(definition.ends()).isEmpty();
    }

    @Test
    void callbackInsideOfAnotherNodeCannotEndTheRun() {
        WorkflowDefinition.Builder circle = workflow()
                .parallel("fan", Merge.all(), callback("p"))
                .loop("again", callback("body"), WorkflowDefinitionTests::never, 2)
                .condition("which", WorkflowDefinitionTests::never, "fan", "again")
                .edge("fan", "again")
                .edge("again", "which");

        assertProblems(circle)
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem).contains("' has no way out: "));
    }

    @Test
    void branchesAndBodiesAreOfSomeKinds() {
        WorkflowNode inner =
                new Parallel("inner", WorkflowNode.Settings.DEFAULTS, Merge.all(), 1, List.of(callback("deep")));
        WorkflowNode delay = new WorkflowNode.Delay("delay", WorkflowNode.Settings.DEFAULTS, Duration.ofDays(1));
        WorkflowNode human = WorkflowNode.humanInput("human", "?", null, null, OnTimeout.fail());
        WorkflowNode sub = WorkflowNode.subWorkflow("sub", "other", state -> Map.of());

        assertProblems(workflow().parallel("fan", Merge.all(), inner, delay, human, sub))
                .containsExactly(
                        "node 'inner' cannot be a branch of 'fan': that is a callback, agent, tool, human input or"
                                + " sub-workflow",
                        "node 'delay' cannot be a branch of 'fan': that is a callback, agent, tool, human input or"
                                + " sub-workflow");
        assertProblems(workflow().loop("again", human, WorkflowDefinitionTests::never, 1))
                .containsExactly("node 'human' cannot be the body of 'again': that is a callback, agent or tool");
    }

    @Test
    void numbersMustMakeSense() {
        assertProblems(workflow().parallel("fan", Merge.all(), 0))
                .containsExactly("node 'fan' has no branches", "node 'fan' runs less than one branch at a time");
        assertProblems(workflow().loop("again", tool("t"), WorkflowDefinitionTests::never, 0))
                .containsExactly("node 'again' runs its body less than once at most");
        assertProblems(workflow().humanInput("human", "?", null, Duration.ofSeconds(-1), OnTimeout.fail()))
                .containsExactly("node 'human' waits PT-1S, which is no time");
    }

    @Test
    void settingsThatWouldDoNothingAreRefused() {
        WorkflowNode.Settings all = WorkflowNode.Settings.retry(2, Duration.ZERO)
                .withTimeout(Duration.ofSeconds(1))
                .withDeadline(Duration.ofSeconds(1))
                .withCompensation(context -> Mono.empty());
        WorkflowNode human = WorkflowNode.humanInput("human", "?", null, null, OnTimeout.fail());
        WorkflowNode sub = WorkflowNode.subWorkflow("sub", "other", state -> Map.of());

        assertProblems(workflow().node(human.with(all)))
                .containsExactly(
                        "node 'human' cannot have a retry, timeout, deadline: its question has a timeout of its own");
        assertProblems(workflow().delay("d", Duration.ofDays(1)).settings("d", all))
                .containsExactly("node 'd' cannot have a retry, timeout, deadline: it takes as long as it waits");
        assertProblems(workflow()
                        .loop("again", tool("t"), WorkflowDefinitionTests::never, 1)
                        .settings("again", all)
                        .settings("t", all))
                .containsExactly("node 'again' cannot have a retry, timeout, deadline: they are for its body, 't'");
        assertProblems(workflow().node(sub.with(all)))
                .containsExactly("node 'sub' cannot have a retry: the nodes of that workflow have their own");
        assertProblems(workflow()
                        .parallel("fan", Merge.all(), tool("t").with(all))
                        .settings("fan", all))
                .containsExactly("node 'fan' cannot have a retry: its branches have their own");
        assertProblems(workflow()
                        .parallel("fan", Merge.all(), tool("t"), sub, human.with(all))
                        .settings("fan", all))
                .containsExactly(
                        "node 'fan' cannot have a retry: its branches have their own",
                        "node 'fan' cannot have a timeout, deadline: nobody looks at them while 'sub' waits, which has"
                                + " its own",
                        "node 'human' cannot have a retry, timeout, deadline: its question has a timeout of its own");
    }

    @Test
    void settingsThatDoSomethingAreTaken() {
        WorkflowNode.Settings undone = WorkflowNode.Settings.compensation(context -> Mono.empty());
        WorkflowNode.Settings limited =
                undone.withTimeout(Duration.ofSeconds(1)).withDeadline(Duration.ofSeconds(1));
        WorkflowNode.Settings all = limited.withRetry(2, Duration.ZERO);
        WorkflowNode human = WorkflowNode.humanInput("human", "?", null, null, OnTimeout.fail());
        WorkflowDefinition definition = workflow()
                .parallel("fan", Merge.all(), callback("p").with(all))
                .loop("again", tool("t").with(all), WorkflowDefinitionTests::never, 1)
                .delay("d", Duration.ofDays(1))
                .node(human.with(undone))
                .subWorkflow("sub", "other", state -> Map.of())
                .condition("c", WorkflowDefinitionTests::never, "d", "human")
                .settings("fan", limited)
                .settings("again", undone)
                .settings("d", undone)
                .settings("sub", limited)
                .settings("c", all)
                .edge("fan", "again")
                .edge("again", "c")
                .edge("d", "sub")
                .build();

        assertThat(definition.nodes()).hasSize(6);
    }

    @Test
    void settingsMustMakeSenseAlsoInsideOfOthers() {
        WorkflowNode.Settings wrong = WorkflowNode.Settings.timeout(Duration.ZERO)
                .withDeadline(Duration.ofSeconds(-1))
                .withRetry(0, Duration.ofSeconds(-1));

        assertProblems(workflow().parallel("fan", Merge.all(), tool("t").with(wrong)))
                .containsExactly(
                        "node 't' has the timeout PT0S, which is no time",
                        "node 't' has the deadline PT-1S, which is no time",
                        "node 't' has less than one attempt",
                        "node 't' is tried again before it has failed");
        assertProblems(workflow()
                        .loop("again", tool("t"), WorkflowDefinitionTests::never, 1)
                        .settings("t", wrong))
                .hasSize(4);
    }
}
