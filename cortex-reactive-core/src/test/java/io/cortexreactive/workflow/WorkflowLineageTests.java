package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

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
