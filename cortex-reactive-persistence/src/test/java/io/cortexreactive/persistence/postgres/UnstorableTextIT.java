package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.InvalidIdException;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowStatus;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** PostgreSQL has no text with a NUL; what runs know and ask may have one all the same. */
class UnstorableTextIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private final RunStore store = PostgresRunStore.create(DATABASE.connections(), TestRuns.SETTINGS);
    private final WorkflowEngine engine = WorkflowEngine.create(WorkflowEngine.Parts.of(store));

    private WorkflowResult run(NodeResult result) {
        Workflow workflow = engine.bind(Workflow.define("one")
                .callback("one", context -> Mono.just(result))
                .build());
        return Objects.requireNonNull(workflow.run(Map.of()).block(TIMEOUT));
    }

    @Test
    void anIdWithANulIsTheCallersMistake() {
        StepVerifier.create(store.find("no\0run"))
                .expectError(InvalidIdException.class)
                .verify(TIMEOUT);
    }

    @Test
    void aQuestionMayHaveANul() {
        assertThat(run(NodeResult.pause("May\0I?")).status()).isEqualTo(WorkflowStatus.PAUSED);
    }

    @Test
    void anOutputMayHaveANul() {
        assertThat(run(NodeResult.of("a\0b")).output()).isEqualTo(Map.of("one", "a\0b"));
    }
}
