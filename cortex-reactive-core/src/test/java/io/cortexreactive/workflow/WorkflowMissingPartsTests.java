package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.workflow.WorkflowNode.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** What somebody has left out of a definition. */
@NullUnmarked // it is what nobody may leave out
class WorkflowMissingPartsTests {

    private static final Schema YES =
            Schema.object().property("ok", Schema.bool()).required("ok");

    private static WorkflowNode callback(String id) {
        return WorkflowNode.callback(id, context -> Mono.just(NodeResult.of(id)));
    }

    private static ListAssert<String> assertProblems(WorkflowDefinition.Builder builder) {
        List<String> problems = new ArrayList<>();
        assertThatExceptionOfType(WorkflowDefinitionException.class)
                .isThrownBy(builder::build)
                .satisfies(error -> problems.addAll(error.problems()));
        return assertThat(problems);
    }

    private static Arguments lacks(String what, Function<WorkflowDefinition.Builder, WorkflowDefinition.Builder> add) {
        return Arguments.of(what, add);
    }

    static List<Arguments> missing() {
        Settings noRetry = new Settings(null, null, null, null);
        Settings noDelay = Settings.retry(2, null);
        return List.of(
                lacks("node 'n' has no body", to -> to.callback("n", null)),
                lacks("node 'n' has no agent's id", to -> to.agent("n", null)),
                lacks("node 'n' has no input", to -> to.agent("n", "agent", null)),
                lacks("node 'n' has no tool", to -> to.tool("n", null, state -> Map.of())),
                lacks("node 'n' has no predicate", to -> to.condition("n", null, "a", "a")),
                lacks("node 'n' has no node to go to if it holds", to -> to.condition("n", state -> true, null, "a")),
                lacks("node 'n' has no node to go to otherwise", to -> to.condition("n", state -> true, "a", null)),
                lacks("node 'n' has no merge", to -> to.parallel("n", null, callback("b"))),
                lacks("node 'n' has no function that merges", to -> to.parallel("n", Merge.of(null), callback("b"))),
                lacks(
                        "a node of node 'n' is null",
                        to -> to.parallel("n", Merge.all(), callback("b"), (WorkflowNode) null)),
                lacks("node 'n' has no branches", to -> to.parallel("n", Merge.all(), (WorkflowNode[]) null)),
                lacks("node 'b' has no body", to -> to.parallel("n", Merge.all(), WorkflowNode.callback("b", null))),
                lacks("node 'n' has no body", to -> to.loop("n", null, state -> true, 3)),
                lacks("node 'n' has no predicate", to -> to.loop("n", callback("b"), null, 3)),
                lacks("node 'b' has no body", to -> to.loop("n", WorkflowNode.callback("b", null), state -> true, 3)),
                lacks("node 'n' has no message", to -> to.humanInput("n", null, null, null, OnTimeout.fail())),
                lacks("node 'n' has no rule for when nobody answers", to -> to.humanInput("n", "?", null, null, null)),
                lacks(
                        "node 'n' has no default answer",
                        to -> to.humanInput("n", "?", YES, null, OnTimeout.answer(null))),
                lacks(
                        "node 'n' has no question",
                        to -> to.node(new WorkflowNode.HumanInput("n", Settings.DEFAULTS, null))),
                lacks("node 'n' has no workflow's id", to -> to.subWorkflow("n", null, state -> Map.of())),
                lacks("node 'n' has no delay", to -> to.delay("n", null)),
                lacks("node 'n' has no settings", to -> to.node(callback("n").with(null))),
                lacks("node 'n' has no retry", to -> to.node(callback("n").with(noRetry))),
                lacks("what is set of 'a' has no retry", to -> to.settings("a", noRetry)),
                lacks(
                        "node 'n' has no delay before it is tried again",
                        to -> to.node(callback("n").with(noDelay))),
                lacks("what is set of 'a' is null", to -> to.settings("a", null)),
                lacks("the node of settings is null", to -> to.settings(null, Settings.DEFAULTS)),
                lacks("a node of the workflow, a Callback, has no id", to -> to.node(callback(null))),
                lacks("a node of the workflow is null", to -> to.node(null)),
                lacks("edge 'a' -> 'null' has no node to go to", to -> to.edge("a", null)),
                lacks("edge 'null' -> 'a' has no node to come from", to -> to.edge(null, "a", state -> true, 1)),
                lacks("an end is null", to -> to.endAt((String) null)),
                lacks("the workflow has no version", to -> to.version(null)));
    }

    /** With something that is wrong otherwise, which must be told, too. */
    @ParameterizedTest
    @MethodSource("missing")
    void whatIsMissingIsToldWithAllElse(
            String what, Function<WorkflowDefinition.Builder, WorkflowDefinition.Builder> add) {
        WorkflowDefinition.Builder whole = Workflow.define("w").node(callback("a"));
        WorkflowDefinition.Builder builder = Workflow.define("w").node(callback("a"));

        assertThat(whole.build().id()).isEqualTo("w");
        assertProblems(add.apply(builder).delay("other", Duration.ZERO))
                .contains(what, "node 'other' waits PT0S, which is no time");
    }

    @Test
    void nodeThatLacksSomethingIsStillThere() {
        assertProblems(Workflow.define("w")
                        .callback("a", null)
                        .loop("l", null, state -> true, 3)
                        .edge("a", "l"))
                .containsExactly("node 'a' has no body", "node 'l' has no body");
    }

    @Test
    void workflowWithoutAnIdIsNone() {
        assertProblems(Workflow.define(null).node(callback("a"))).containsExactly("the workflow has no id");
    }

    @Test
    void defaultAnswerLooksAsItsOwnSchemaSays() {
        assertProblems(Workflow.define("w")
                        .humanInput("h", "?", YES, Duration.ofDays(1), OnTimeout.answer(Map.of("ok", "perhaps"))))
                .singleElement()
                .asString()
                .startsWith("node 'h' has a default answer that its own schema refuses: ")
                .contains("ok");
        assertThat(Workflow.define("w")
                        .humanInput("h", "?", YES, Duration.ofDays(1), OnTimeout.answer(Map.of("ok", true)))
                        .build()
                        .nodes())
                .hasSize(1);
    }

    @Test
    void defaultAnswerIsWhatItWasWhenItWasGiven() {
        List<Object> inner = new ArrayList<>(List.of(1));
        Map<String, Object> given = new HashMap<>(Map.of("list", inner));
        OnTimeout answer = OnTimeout.answer(given);
        inner.add(2);
        given.put("more", 1);

        assertThat(answer).isEqualTo(OnTimeout.answer(Map.of("list", List.of(1))));
        assertThatExceptionOfType(StateNotStorableException.class)
                .isThrownBy(() -> OnTimeout.answer(Map.of("x", Double.NaN)))
                .withMessageContaining("'answer.x'");
    }
}
