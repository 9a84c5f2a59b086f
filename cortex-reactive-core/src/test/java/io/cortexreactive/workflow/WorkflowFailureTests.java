package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineStoppedException;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.LimitExceededException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

class WorkflowFailureTests extends WorkflowFixture {

    private final AtomicInteger attempts = new AtomicInteger();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    private WorkflowDefinition flaky(int failures, RuntimeException error, WorkflowNode.Settings settings) {
        return WorkflowRunTests.single(WorkflowNode.callback("a", context -> {
                    keys.add(context.idempotencyKey());
                    return attempts.incrementAndGet() <= failures
                            ? Mono.error(error)
                            : Mono.just(NodeResult.of(context.attempt()));
                })
                .with(settings));
    }

    @Test
    void nodeIsTriedAgainWithTheSameKey() {
        WorkflowResult result =
                run(flaky(2, new IllegalStateException("no"), WorkflowNode.Settings.retry(3, Duration.ofMillis(100))));

        assertThat(result.output()).containsEntry("a", 3);
        assertThat(keys).hasSize(3).containsOnly(result.runId() + "/1/");
    }

    @Test
    void nodeThatFailsEachTimeFailsTheRun() {
        WorkflowResult result =
                run(flaky(9, new IllegalStateException("no"), WorkflowNode.Settings.retry(3, Duration.ofMillis(100))));

        assertThat(code(result)).isEqualTo("internal");
        assertThat(attempts).hasValue(3);
    }

    @Test
    void resultSaysWhyTheRunFailedAndNothingWhereItHasNot() {
        WorkflowNode.Settings once = WorkflowNode.Settings.retry(2, Duration.ofMillis(100));
        Workflow workflow = engine.bind(flaky(3, new IllegalStateException("no"), once));
        WorkflowResult failed = await(workflow.run(NOTHING));
        WorkflowResult passed = await(workflow.run(NOTHING));

        assertThat(failed.error()).isEqualTo(new ErrorInfo("internal", "no", false));
        assertThat(stored(failed.runId()).error()).isEqualTo(failed.error());
        assertThat(passed.error()).isNull();
    }

    @Test
    void lastingErrorIsNotTriedAgain() {
        run(flaky(9, new LimitExceededException("x", 1, 2), WorkflowNode.Settings.retry(3, Duration.ofMillis(100))));

        assertThat(attempts).hasValue(1);
    }

    @Test
    void whatIsClosedInThisProcessLeavesTheRunToOthers() {
        Workflow workflow = engine.bind(flaky(1, new EngineStoppedException(null), WorkflowNode.Settings.DEFAULTS));
        Begun<WorkflowResult> begun = begin(workflow.run(NOTHING));

        assertThat(stored(onlyRun()).status()).isEqualTo(WorkflowStatus.PENDING);
        assertThat(engine.runsSetAside()).isOne();
        assertThat(begun.await(Duration.ofMinutes(1)).output()).containsEntry("a", 1);
    }

    @Test
    void compensationMeetsWhatIsClosedAndIsNotGivenUp() {
        WorkflowNode.Settings undone = WorkflowNode.Settings.compensation(context -> {
            keys.add(context.idempotencyKey());
            return attempts.incrementAndGet() == 1 ? Mono.error(new EngineStoppedException(null)) : Mono.empty();
        });
        WorkflowDefinition definition = Workflow.define("w")
                .node(WorkflowNode.callback("a", gives("done")).with(undone))
                .callback("b", context -> Mono.error(new IllegalStateException("no")))
                .edge("a", "b")
                .startAt("a")
                .endAt("b")
                .build();
        WorkflowResult result = await(engine.bind(definition).run(NOTHING), Duration.ofMinutes(2));

        assertThat(code(result)).isEqualTo("internal");
        assertThat(attempts).hasValue(2);
    }

    @Test
    void questionThatCannotBeKeptFailsTheRun() {
        NodeResult pause = NodeResult.pause("x".repeat(3 << 20));
        WorkflowResult result = run(WorkflowRunTests.single(WorkflowNode.callback("a", context -> Mono.just(pause))));

        assertThat(code(result)).isEqualTo("state_not_storable");
    }

    @Test
    void noAttemptBeginsAfterTheDeadlineOfAll() {
        WorkflowNode.Settings settings =
                WorkflowNode.Settings.retry(100, Duration.ofMillis(400)).withDeadline(Duration.ofSeconds(2));
        run(flaky(100, new IllegalStateException("no"), settings));

        assertThat(attempts).hasValue(3);
    }

    @Test
    void attemptThatTakesTooLongIsCancelled() {
        AtomicInteger cancelled = new AtomicInteger();
        WorkflowResult result = run(WorkflowRunTests.single(
                WorkflowNode.callback("a", context -> Mono.<NodeResult>never().doOnCancel(cancelled::incrementAndGet))
                        .with(WorkflowNode.Settings.timeout(Duration.ofSeconds(1)))));

        assertThat(code(result)).isEqualTo("node_timed_out");
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void runThatMayTakeNoLongerFails() {
        WorkflowDefinition definition = WorkflowRunTests.single(WorkflowNode.callback("a", context -> Mono.never()));
        WorkflowResult result = await(engine.bind(definition).run(NOTHING, new RunOptions(null, SCAN)));

        assertThat(code(result)).isEqualTo("workflow_timed_out");
    }

    private Mono<Void> undo(NodeContext context) {
        return Mono.fromRunnable(() -> ran.add("undo " + context.node()));
    }

    private WorkflowDefinition undoable(Function<NodeContext, Mono<Void>> undoB, WorkflowNode last) {
        return Workflow.define("w")
                .callback("a", gives(1))
                .callback("b", gives(1))
                .callback("c", gives(1))
                .node(last)
                .settings("a", WorkflowNode.Settings.compensation(this::undo))
                .settings("b", WorkflowNode.Settings.compensation(undoB))
                .edge("a", "b")
                .edge("b", "c")
                .edge("c", last.id())
                .startAt("a")
                .endAt(last.id())
                .build();
    }

    private WorkflowNode failing() {
        return WorkflowNode.callback("z", context -> Mono.error(new IllegalStateException("broken")))
                .with(WorkflowNode.Settings.compensation(this::undo));
    }

    @Test
    void whatIsDoneIsCompensatedInReverseOrder() {
        WorkflowResult result = run(undoable(this::undo, failing()));

        assertThat(result.status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(ran).containsExactly("a", "b", "c", "undo b", "undo a");
        assertThat(kinds(result.runId()))
                .containsExactly("START", "NODE", "NODE", "NODE", "UNWIND", "UNDO", "UNDO", "TERMINAL");
        assertThat(result.error()).isEqualTo(new ErrorInfo("internal", "broken", false));
    }

    @Test
    void compensationThatFailsIsTriedAgain() {
        WorkflowResult result = await(
                engine.bind(undoable(
                                context -> attempts.incrementAndGet() < 3
                                        ? Mono.error(new IllegalStateException("not yet"))
                                        : undo(context),
                                failing()))
                        .run(NOTHING),
                Duration.ofMinutes(1));

        assertThat(result.status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(ran).endsWith("undo b", "undo a");
        assertThat(attempts).hasValue(3);
    }

    @Test
    void compensationThatFailsAgainAndAgainLetsTheOthersHaveTheirTurn() {
        WorkflowResult result = await(
                engine.bind(undoable(context -> Mono.error(new IllegalStateException("stuck")), failing()))
                        .run(NOTHING),
                Duration.ofMinutes(5));

        assertThat(ran).endsWith("undo a");
        assertThat(journal(result.runId()).get(5).error()).isNotNull();
    }

    @Test
    void cancelCompensatesToo() {
        WorkflowNode endless = WorkflowNode.callback("z", context -> Mono.never());
        Workflow workflow = engine.bind(undoable(this::undo, endless));
        Begun<WorkflowResult> begun = begin(workflow.run(NOTHING));

        assertThat(await(workflow.cancel(onlyRun()))).isTrue();
        assertThat(begun.await(Duration.ofSeconds(5)).status()).isEqualTo(WorkflowStatus.CANCELLED);
        assertThat(ran).containsExactly("a", "b", "c", "undo b", "undo a");
        assertThat(told()).filteredOn("Cancelled"::equals).hasSize(1);
    }

    @Test
    void cancelCancelsTheNodeUnderWay() {
        AtomicInteger cancelled = new AtomicInteger();
        Workflow workflow = engine.bind(WorkflowRunTests.single(WorkflowNode.callback(
                "a", context -> Mono.<NodeResult>never().doOnCancel(cancelled::incrementAndGet))));
        Begun<WorkflowResult> begun = begin(workflow.run(NOTHING));
        await(workflow.cancel(onlyRun()));

        assertThat(cancelled).hasValue(1);
        assertThat(begun.await(SCAN).status()).isEqualTo(WorkflowStatus.CANCELLED);
    }

    private void child(WorkflowNode node) {
        workflows.register(Workflow.define("child")
                .node(node)
                .startAt(node.id())
                .endAt(node.id())
                .build());
    }

    private WorkflowDefinition parent() {
        return Workflow.define("parent")
                .subWorkflow("s", "child", state -> state.data())
                .callback("z", context -> Mono.just(NodeResult.of(context.data("s"))))
                .edge("s", "z")
                .startAt("s")
                .endAt("z")
                .build();
    }

    @Test
    void outputOfASubWorkflowIsItsNodes() {
        child(branch("c", 7));

        assertThat(run(parent()).output()).containsEntry("c", 7);
    }

    @Test
    void failedSubWorkflowFailsItsNode() {
        child(WorkflowNode.callback("c", context -> Mono.error(new IllegalStateException("broken"))));
        WorkflowResult result = run(parent());

        assertThat(code(result)).isEqualTo("sub_workflow_failed");
    }

    static Stream<Arguments> limits() {
        WorkflowNode asking = WorkflowNode.humanInput("c", "ok?", null, null, OnTimeout.fail());
        WorkflowNode endless = WorkflowNode.callback("c", context -> Mono.never());
        WorkflowNode waiting = new WorkflowNode.Delay("c", WorkflowNode.Settings.DEFAULTS, Duration.ofDays(1));
        return Stream.of(asking, endless, waiting)
                .flatMap(node -> Stream.of(
                        Arguments.of(node, WorkflowNode.Settings.timeout(Duration.ofSeconds(10))),
                        Arguments.of(node, WorkflowNode.Settings.DEFAULTS.withDeadline(Duration.ofSeconds(10)))));
    }

    @ParameterizedTest
    @MethodSource("limits")
    void subWorkflowTakesNoLongerThanItsNodeMay(WorkflowNode node, WorkflowNode.Settings settings) {
        child(node);
        await(engine.start());
        WorkflowNode sub = WorkflowNode.subWorkflow("s", "child", state -> state.data());
        Begun<WorkflowResult> begun =
                begin(engine.bind(WorkflowRunTests.single(sub.with(settings))).run(NOTHING));
        pass(Duration.ofSeconds(9));
        assertThat(begun.value).hasValue(null);
        WorkflowResult result = begun.await(Duration.ofSeconds(5));

        assertThat(code(result)).isEqualTo("sub_workflow_failed");
        assertThat(Objects.requireNonNull(record(newest("", "child")).error()).code())
                .isEqualTo("workflow_timed_out");
    }

    @Test
    void subWorkflowThatWasInTimeCountsThoughItIsSeenLater() {
        child(new WorkflowNode.Delay("c", WorkflowNode.Settings.DEFAULTS, Duration.ofSeconds(5)));
        WorkflowNode sub = WorkflowNode.subWorkflow("s", "child", state -> state.data());
        WorkflowDefinition definition =
                WorkflowRunTests.single(sub.with(WorkflowNode.Settings.DEFAULTS.withDeadline(Duration.ofSeconds(10))));
        begin(engine.bind(definition).run(NOTHING));
        String runId = newest("", definition.id()).runId();
        await(engine.stop());
        DefaultWorkflowEngine other = engine(log);
        other.bind(workflows.get("child"));
        await(other.start());
        pass(Duration.ofMinutes(1));
        await(other.stop());
        DefaultWorkflowEngine third = engine(log);
        third.bind(definition);
        await(third.start());
        pass(Duration.ofSeconds(10));

        assertThat(stored(runId).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void cancelReachesSubWorkflows() {
        AtomicInteger cancelled = new AtomicInteger();
        child(WorkflowNode.callback("c", context -> Mono.<NodeResult>never().doOnCancel(cancelled::incrementAndGet)));
        Workflow workflow = engine.bind(parent());
        Begun<WorkflowResult> begun = begin(workflow.run(NOTHING));
        await(workflow.cancel(newest("", "parent").runId()));

        assertThat(begun.await(SCAN).status()).isEqualTo(WorkflowStatus.CANCELLED);
        settle();
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void unknownSubWorkflowFailsItsNode() {
        assertThat(code(run(parent()))).isEqualTo("workflow_not_found");
    }
}
