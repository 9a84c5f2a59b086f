package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Which run a run comes from. */
class WorkflowLineageTests extends WorkflowFixture {

    private final WorkflowDefinition one =
            Workflow.define("one").callback("a", gives(1)).build();

    private Mono<Lineage> lineage(String runId) {
        return RunStore.of(log).lineage(runId);
    }

    @Test
    void aRunOfItsOwnComesFromNone() {
        assertThat(lineage(run(one).runId()).block()).isEqualTo(Lineage.NONE);
        assertThat(lineage("another").block()).isNull();
    }

    @Test
    void aForkKnowsItsRun() {
        String runId = run(one).runId();

        String fork = await(engine.bind(one).fork(runId, 0, NOTHING)).runId();

        assertThat(lineage(fork).block()).isEqualTo(new Lineage(null, runId, 0));
    }

    private WorkflowDefinition.Builder version(String version) {
        return Workflow.define("v").version(version).callback("a", gives(1));
    }

    @Test
    void aForkInAVersionThatLacksTheNodeIsRefused() {
        String runId = run(version("1")
                        .callback("gone", gives(2))
                        .edge("a", "gone")
                        .build())
                .runId();
        Workflow second =
                engine.bind(version("2").callback("b", gives(3)).edge("a", "b").build());

        assertThatThrownBy(() -> await(second.fork(runId, 1, NOTHING)))
                .isInstanceOf(InvalidPositionException.class)
                .hasMessage("Run '" + runId + "' comes to node 'gone' after transition 1, and version '2' of workflow"
                        + " 'v' has no such node. Fork it from version '1', which the run is of, or at an earlier"
                        + " position.");
        assertThat(await(second.fork(runId, 0, NOTHING)).output()).containsEntry("b", 3);
    }

    @Test
    void aForkInAVersionThatHasTheNodeInsideOfAnotherIsRefused() {
        String runId =
                run(version("1").callback("b", gives(2)).edge("a", "b").build()).runId();
        Workflow second = engine.bind(version("2")
                .parallel("p", Merge.all(), branch("b", 3))
                .edge("a", "p")
                .build());

        assertThatThrownBy(() -> await(second.fork(runId, 1, NOTHING)))
                .isInstanceOf(InvalidPositionException.class)
                .hasMessageContaining("node 'b'");
    }

    private static WorkflowNode human() {
        return WorkflowNode.humanInput("h", "ok?", null, null, OnTimeout.fail());
    }

    @Test
    void aForkBeginsWithResultsOfBranchesThatItsVersionHas() {
        String runId = run(Workflow.define("v")
                        .parallel("p", Merge.all(), branch("gone", 1), branch("stays", 2), human())
                        .build())
                .runId();
        Workflow second = engine.bind(Workflow.define("v")
                .version("2")
                .parallel("p", Merge.all(), branch("stays", 3), human())
                .build());

        String fork = await(second.fork(runId, 1, NOTHING)).runId();

        assertThat(await(second.resume(fork, Map.of("ok", true))).output())
                .isEqualTo(Map.of("stays", 2, "h", Map.of("ok", true)));
    }

    @Test
    void aSubWorkflowKnowsTheNodeThatWaitsForIt() {
        workflows.register(one);
        String parent = run(Workflow.define("parent")
                        .callback("first", gives(1))
                        .subWorkflow("s", "one", state -> Map.of())
                        .edge("first", "s")
                        .build())
                .runId();

        String child = newest("", "one").runId();

        assertThat(RunStore.of(log)
                        .children(parent)
                        .map(WorkflowState::runId)
                        .collectList()
                        .block())
                .containsExactly(child);
        assertThat(RunStore.of(log).children(child).collectList().block()).isEmpty();
        assertThat(lineage(child).block()).isEqualTo(new Lineage(new Parent(parent, 2, ""), null, 0));
    }

    @Test
    void aRunOfAnotherTenantComesFromNowhere() {
        String runId = run(one).runId();
        TenantContext acme = TenantContext.builder("acme").build();

        assertThat(lineage(runId).contextWrite(Tenancy.as(acme)).block()).isNull();
    }
}
