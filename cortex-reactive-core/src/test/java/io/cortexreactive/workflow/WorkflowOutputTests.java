package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.workflow.WorkflowEvent.WorkflowCompleted;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What a run gives whose last node gives nothing. */
class WorkflowOutputTests extends WorkflowFixture {

    /** Whose input has a value of the last node's name. */
    private final WorkflowDefinition silent =
            Workflow.define("silent").callback("last", gives(null)).build();

    @Test
    void lastNodeThatGivesNothingGivesNoInputInstead() {
        WorkflowResult result = run(silent, Map.of("last", "input", "other", 1));

        assertThat(result.output()).isEmpty();
        assertThat(result.state().data()).isEqualTo(Map.of("other", 1));
        assertThat(events)
                .filteredOn(WorkflowCompleted.class::isInstance)
                .extracting(event -> ((WorkflowCompleted) event).output())
                .containsExactly(Map.of());
    }

    @Test
    void lastNodeThatGivesNothingGivesNoEarlierOutputInstead() {
        WorkflowResult result = run(Workflow.define("w")
                .callback(
                        "a",
                        context -> Mono.just(
                                context.data("b") == null ? NodeResult.goTo("b", "first") : NodeResult.end(null)))
                .callback("b", gives("b"))
                .edge("a", "b")
                .edge("b", "a")
                .startAt("a")
                .build());

        assertThat(result.output()).isEmpty();
        assertThat(stored(result.runId()).data()).isEqualTo(Map.of("b", "b"));
    }

    @Test
    void subWorkflowThatGivesNothingGivesNothing() {
        workflows.register(silent);

        WorkflowResult result = run(Workflow.define("w")
                .subWorkflow("sub", "silent", state -> Map.of("last", "input"))
                .build());

        assertThat(result.output()).isEmpty();
    }

    @Test
    void loopGivesWhatItsBodyGaveLast() {
        WorkflowResult result = run(Workflow.define("w")
                .loop(
                        "loop",
                        WorkflowNode.callback(
                                "body",
                                context -> Mono.fromSupplier(() -> {
                                    ran.add("body");
                                    return NodeResult.of(ran.size() == 1 ? "first" : null);
                                })),
                        state -> ran.size() < 2,
                        5)
                .build());

        assertThat(ran).isEqualTo(List.of("body", "body"));
        assertThat(result.output()).isEmpty();
    }
}
