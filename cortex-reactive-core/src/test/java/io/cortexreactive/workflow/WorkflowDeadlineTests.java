package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The time that a run may take in all is over while it waits. */
class WorkflowDeadlineTests extends WorkflowFixture {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** A run of a workflow that its process has, which takes no more runs, and no other one does. */
    private RunKey beginWhatNobodyCanRun() {
        DefaultWorkflowEngine gone = engine(log);
        await(gone.stop());
        Workflow workflow = gone.bind(WorkflowRunTests.single(branch("a", 1))).withoutWaiting();
        return new RunKey(
                "", await(workflow.run(NOTHING, new RunOptions(null, MINUTE))).runId());
    }

    private void assertTimedOut(RunRecord run) {
        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(Objects.requireNonNull(run.error()))
                .extracting(ErrorInfo::code)
                .isEqualTo("workflow_timed_out");
    }

    @Test
    void runThatNobodyCanRunFailsAndThatIsTold() {
        RunKey nobodys = beginWhatNobodyCanRun();
        await(engine.start());
        pass(MINUTE.minusSeconds(2));
        assertThat(record(nobodys).status()).isEqualTo(RunStatus.PENDING);

        pass(Duration.ofSeconds(5));

        assertTimedOut(record(nobodys));
        assertThat(kinds(nobodys.runId())).containsExactly("START", "TERMINAL");
        assertThat(told()).containsExactly("Started", "Failed");
    }

    @Test
    void whereNoEngineIsStartedItFailsWhenWhatIsOldIsDeleted() {
        RunKey nobodys = beginWhatNobodyCanRun();
        pass(MINUTE);

        assertThat(RunStore.of(log).deleteExpired().block()).isZero();

        assertTimedOut(record(nobodys));
    }

    @Test
    void runThatBacksOffCompensatesWhenItsTimeIsUpAndNotLater() {
        await(engine.start());
        WorkflowDefinition definition = Workflow.define("w")
                .callback("a", gives(1))
                .callback("z", context -> Mono.error(new IllegalStateException("broken")))
                .settings("a", WorkflowNode.Settings.compensation(context -> Mono.fromRunnable(() -> ran.add("undo"))))
                .settings("z", WorkflowNode.Settings.retry(9, MINUTE))
                .edge("a", "z")
                .startAt("a")
                .endAt("z")
                .build();
        Begun<WorkflowResult> begun =
                begin(engine.bind(definition).run(NOTHING, new RunOptions(null, Duration.ofSeconds(30))));

        WorkflowResult result = begun.await(Duration.ofSeconds(35));

        assertThat(code(result)).isEqualTo("workflow_timed_out");
        assertThat(ran).containsExactly("a", "undo");
        assertThat(kinds(result.runId())).containsExactly("START", "NODE", "UNWIND", "UNDO", "TERMINAL");
    }
}
