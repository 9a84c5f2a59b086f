package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.tenant.TenantResolver;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs that begin runs that begin runs. */
class WorkflowNestingTests extends WorkflowFixture {

    private final Sinks.Empty<Void> gate = Sinks.empty();

    /** Each run of it begins another one. */
    private WorkflowDefinition endless() {
        WorkflowDefinition endless =
                Workflow.define("r").subWorkflow("again", "r", state -> NOTHING).build();
        workflows.register(endless);
        return endless;
    }

    private WorkflowDefinition endlessBehindAGate() {
        WorkflowDefinition endless = Workflow.define("r")
                .callback(
                        "wait",
                        context -> newest().size() < 3
                                ? Mono.just(NodeResult.of(1))
                                : gate.asMono().thenReturn(NodeResult.of(2)))
                .subWorkflow("again", "r", state -> NOTHING)
                .edge("wait", "again")
                .build();
        workflows.register(endless);
        return endless;
    }

    /** All runs, the last one that began first. */
    private List<RunRecord> newest() {
        return Objects.requireNonNull(log.page(all())
                .sort(Comparator.comparing(run -> -depth(run)))
                .collectList()
                .block());
    }

    private int depth(RunRecord run) {
        RunRecord.Parent parent = run.lineage().parent();
        return parent == null ? 1 : depth(record(new RunKey("", parent.runId()))) + 1;
    }

    @Test
    void runsThatBeginOthersForEverFailAtTheDepthThatIsAllowed() {
        WorkflowResult result = run(endless());

        assertThat(code(result)).isEqualTo("sub_workflow_failed");
        assertThat(newest()).hasSize(16).allMatch(run -> run.status() == RunStatus.FAILED);
        ErrorInfo error = Objects.requireNonNull(newest().get(0).error());
        assertThat(error.code()).isEqualTo("sub_workflow_too_deep");
        assertThat(error.message()).contains("16 others", "max_depth", "'again'");
        assertThat(Objects.requireNonNull(result.error()).message()).endsWith(error.message());
    }

    @Test
    void depthIsASetting() {
        engine = engine(log, EngineSettings.DEFAULTS.withMaxDepth(3), TenantResolver.none());
        run(endless());

        assertThat(newest()).hasSize(3);
    }

    @Test
    void runBelowACancelledOneBeginsNoOther() {
        begin(engine.bind(endlessBehindAGate()).run(NOTHING));
        assertThat(newest()).hasSize(3);
        RunRecord root = newest().get(2);
        log.cancel(root.key(), UUID.randomUUID()).block();
        gate.tryEmitEmpty();
        settle();

        assertThat(newest()).hasSize(3).allMatch(run -> run.status() == RunStatus.CANCELLED);
    }
}
