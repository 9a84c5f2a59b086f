package io.cortexreactive.persistence;

import static io.cortexreactive.persistence.Onlooker.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.persistence.Onlooker.Figures;
import io.cortexreactive.persistence.redis.RedisServer;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the tests of faults look for is found. */
class OnlookerIT {

    private final String address = RedisServer.shared().address() + "#" + Tenancy.newCorrelationId();

    private static String run(SharedStore store) {
        FaultWorkflows workflows = new FaultWorkflows(
                "1", context -> store.write(context.idempotencyKey(), "one").thenReturn(NodeResult.of("one")));
        WorkflowEngine engine = WorkflowEngine.create(WorkflowEngine.Parts.of(store.runs()));
        return value(
                engine.bind(workflows.named(FaultWorkflows.GATED)).run(Map.of()).map(WorkflowResult::runId));
    }

    @Test
    void runThatIsWholeIsGood() {
        try (Onlooker onlooker = new Onlooker(address)) {
            String runId = run(onlooker.store());

            onlooker.figures(List.of(runId), 0).assertGood();
            assertThat(onlooker.nodes(List.of(runId))).isEqualTo(3);
        }
    }

    @Test
    void nodeThatRanAfterItWasCommittedIsFound() {
        try (Onlooker onlooker = new Onlooker(address)) {
            String runId = run(onlooker.store());
            onlooker.store().write(runId + "/2/", "late").block(SharedStore.PATIENCE);

            assertThat(onlooker.figures(List.of(runId), 0)).isEqualTo(new Figures(1, 0, 0, 1, 0));
        }
    }

    @Test
    void runThatIsNotThereOrHasNotEndedIsLost() {
        try (Onlooker onlooker = new Onlooker(address)) {
            String waiting = onlooker.begin(FaultWorkflows.GATED);

            assertThat(onlooker.figures(List.of("nowhere", waiting), 0)).isEqualTo(new Figures(2, 0, 2, 0, 0));
        }
    }
}
