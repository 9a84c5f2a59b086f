package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.ForwardingRunLog;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Branches that are done are undone, also if their node never comes to its end. */
class WorkflowBranchUndoTests extends WorkflowFixture {

    private static final Duration LONG = Duration.ofMinutes(30);

    private Mono<Void> undo(NodeContext context) {
        return Mono.fromRunnable(() -> ran.add("undo " + context.node() + " " + context.data(context.node())));
    }

    private WorkflowNode undoable(WorkflowNode node) {
        return node.with(node.settings().withCompensation(this::undo));
    }

    private WorkflowNode done(String id) {
        return undoable(branch(id, id));
    }

    private static WorkflowNode endless() {
        return WorkflowNode.callback("z", context -> Mono.never());
    }

    private static WorkflowNode failing() {
        return WorkflowNode.callback("z", context -> Mono.error(new IllegalStateException("broken")));
    }

    private WorkflowDefinition fan(Merge merge, WorkflowNode... branches) {
        return Workflow.define("w").parallel("p", merge, branches).build();
    }

    private List<String> undone() {
        return ran.stream().filter(name -> name.startsWith("undo")).toList();
    }

    private String ended(WorkflowStatus as) {
        String runId = onlyRun();
        assertThat(stored(runId).status()).isEqualTo(as);
        return runId;
    }

    @Test
    void branchesAreUndoneOfANodeThatFails() {
        WorkflowResult result = run(fan(Merge.all(), done("a"), done("b"), undoable(failing())));

        assertThat(code(result)).isEqualTo("internal");
        assertThat(undone()).containsExactly("undo b b", "undo a a");
        assertThat(kinds(result.runId()))
                .containsExactly("START", "BRANCH", "BRANCH", "BRANCH", "UNWIND", "UNDO", "UNDO", "TERMINAL");
        assertThat(record(new RunKey("", result.runId())).progress().undo()).isZero();
    }

    @Test
    void branchesAreUndoneOfANodeThatComesLaterAndTakesTooLong() {
        WorkflowResult result = run(Workflow.define("w")
                .node(done("first"))
                .parallel("p", Merge.all(), done("a"), done("b"), endless())
                .settings("p", WorkflowNode.Settings.timeout(Duration.ofSeconds(1)))
                .edge("first", "p")
                .build());

        assertThat(code(result)).isEqualTo("node_timed_out");
        assertThat(undone()).containsExactly("undo b b", "undo a a", "undo first first");
    }

    @Test
    void branchesAreUndoneOfARunThatIsCancelled() {
        Workflow workflow = engine.bind(fan(Merge.all(), done("a"), done("b"), endless()));
        Begun<WorkflowResult> begun = begin(workflow.run(NOTHING));
        assertThat(await(workflow.cancel(onlyRun()))).isTrue();

        assertThat(begun.await(SCAN).status()).isEqualTo(WorkflowStatus.CANCELLED);
        assertThat(undone()).containsExactly("undo b b", "undo a a");
        assertThat(kinds(onlyRun())).containsExactly("START", "BRANCH", "BRANCH", "UNWIND", "UNDO", "UNDO", "TERMINAL");
    }

    @Test
    void branchesAreUndoneOfARunThatIsCancelledWhileAPersonIsAsked() {
        WorkflowNode human = WorkflowNode.humanInput("h", "ok?", null, null, OnTimeout.fail());
        Workflow workflow = engine.bind(fan(Merge.all(), done("a"), undoable(human), undoable(human("i"))));
        String runId = await(workflow.run(NOTHING)).runId();
        await(workflow.resume(runId, Map.of("n", 1)));
        await(workflow.cancel(runId));
        pass(SCAN);

        ended(WorkflowStatus.CANCELLED);
        assertThat(undone()).containsExactly("undo h {n=1}", "undo a a");
    }

    private static WorkflowNode human(String id) {
        return WorkflowNode.humanInput(id, "ok?", null, null, OnTimeout.fail());
    }

    private Workflow pausedBeforeItFails() {
        return engine.bind(Workflow.define("w")
                .parallel("p", Merge.all(), done("a"), undoable(human("h")))
                .node(failing())
                .edge("p", "z")
                .build());
    }

    @Test
    void aForkThatIsCancelledDoesNotUndoBranchesOfItsRun() {
        Workflow workflow = pausedBeforeItFails();
        String runId = await(workflow.run(NOTHING)).runId();
        String fork = await(workflow.fork(runId, 1, NOTHING)).runId();
        await(workflow.cancel(fork));
        pass(SCAN);

        assertThat(stored(fork).status()).isEqualTo(WorkflowStatus.CANCELLED);
        assertThat(ran).containsExactly("a");
        await(workflow.cancel(runId));
        pass(SCAN);
        assertThat(ran).containsExactly("a", "undo a a");
    }

    @Test
    void aForkThatFailsUndoesItsOwnBranchesAlone() {
        Workflow workflow = pausedBeforeItFails();
        String runId = await(workflow.run(NOTHING)).runId();
        String fork = await(workflow.fork(runId, 1, NOTHING)).runId();
        WorkflowResult result = await(workflow.resume(fork, Map.of("n", 1)));

        assertThat(code(result)).isEqualTo("internal");
        assertThat(result.state().data()).containsEntry("a", "a");
        assertThat(ran).containsExactly("a", "undo h {n=1}");
    }

    @Test
    void branchesAreUndoneOfARunWhoseTimeIsOverWhileABranchWaits() {
        WorkflowNode waiting = failing().with(WorkflowNode.Settings.retry(9, Duration.ofSeconds(20)));
        Workflow workflow = engine.bind(fan(Merge.all(), done("a"), waiting));
        WorkflowResult result = await(workflow.run(NOTHING, new RunOptions(null, Duration.ofSeconds(30))), LONG);

        assertThat(code(result)).isEqualTo("workflow_timed_out");
        assertThat(undone()).containsExactly("undo a a");
    }

    @Test
    void branchesAreUndoneOfANodeWhoseOutputsCannotBeMerged() {
        WorkflowResult result = run(fan(Merge.of(outputs -> new Object()), done("a"), done("b")));

        assertThat(code(result)).isEqualTo("state_not_storable");
        assertThat(undone()).containsExactly("undo b b", "undo a a");
    }

    @Test
    void branchesAreUndoneOfARunWhoseProcessIsGone() {
        WorkflowDefinition definition = fan(Merge.all(), done("a"), done("b"), endless());
        Line line = new Line(log);
        begin(engine(line.store()).bind(definition).run(NOTHING));
        line.cutAll();
        Workflow workflow = engine.bind(definition);
        await(engine.start());
        pass(Duration.ofMinutes(2));
        assertThat(ran).containsExactly("a", "b");
        await(workflow.cancel(onlyRun()));
        pass(SCAN);

        ended(WorkflowStatus.CANCELLED);
        assertThat(undone()).containsExactly("undo b b", "undo a a");
    }

    @Test
    void branchesAreUndoneOfARunWhoseNodeHangsAgainAndAgain() {
        WorkflowNode hanging = WorkflowNode.callback("z", context -> Mono.never());
        WorkflowDefinition definition = fan(Merge.all(), done("a"), hanging);
        engine.bind(definition);
        for (int i = 0; i < 12; i++) {
            Line line = new Line(log);
            DefaultWorkflowEngine one = engine(line.store());
            Workflow workflow = one.bind(definition);
            if (i == 0) {
                begin(workflow.run(NOTHING));
            } else {
                await(one.start());
                pass(Duration.ofMinutes(2));
            }
            line.cutAll();
        }
        await(engine.start());
        pass(LONG);

        ended(WorkflowStatus.FAILED);
        assertThat(undone()).containsExactly("undo a a");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void branchesAreUndoneOnceEachThoughTheProcessDiesInBetween(int after) {
        AtomicInteger undos = new AtomicInteger();
        Line line = new Line(log);
        Function<NodeContext, Mono<Void>> cutting = context -> undo(context).then(Mono.fromRunnable(() -> {
            if (undos.incrementAndGet() == after) {
                line.cutAll();
            }
        }));
        WorkflowNode.Settings settings = WorkflowNode.Settings.compensation(cutting);
        WorkflowDefinition definition = fan(
                Merge.all(),
                branch("a", "a").with(settings),
                branch("b", "b").with(settings),
                branch("c", "c").with(settings),
                failing());
        begin(engine(line.store()).bind(definition).run(NOTHING));
        engine.bind(definition);
        await(engine.start());
        pass(LONG);

        String runId = ended(WorkflowStatus.FAILED);
        assertThat(undone())
                .containsOnlyOnce(after == 1 ? "undo b b" : "undo c c")
                .contains("undo a a");
        assertThat(journal(runId))
                .filteredOn(entry -> entry.kind() == JournalEntry.Kind.UNDO)
                .extracting(JournalEntry::node)
                .containsExactly("c", "b", "a");
    }

    @Test
    void branchesAreUndoneAfterTheFirstCompensationWasTriedAgain() {
        AtomicInteger attempts = new AtomicInteger();
        WorkflowNode flaky = branch("b", "b")
                .with(WorkflowNode.Settings.compensation(context -> attempts.incrementAndGet() < 3
                        ? Mono.error(new IllegalStateException("not yet"))
                        : undo(context)));
        WorkflowResult result =
                await(engine.bind(fan(Merge.all(), done("a"), flaky, failing())).run(NOTHING), LONG);

        assertThat(undone()).containsExactly("undo b b", "undo a a");
        assertThat(kinds(result.runId())).filteredOn("UNDO"::equals).hasSize(2);
    }

    @Test
    void branchIsUndoneWhoseResultIsBeingKeptWhenAnotherOneWins() {
        log = new ForwardingRunLog(log) {
            @Override
            public Mono<Verdict> branch(RunLog.BranchResult result) {
                Mono<Verdict> kept = super.branch(result);
                return result.branch().equals("slow")
                        ? kept.delayElement(Duration.ofSeconds(1))
                        : Mono.delay(Duration.ofMillis(10)).then(kept);
            }
        };
        engine = engine(log);
        WorkflowResult result = run(Workflow.define("w")
                .parallel("p", Merge.any(), done("slow"), done("quick"))
                .node(failing())
                .edge("p", "z")
                .build());

        assertThat(result.state().data()).containsEntry("p", "quick");
        assertThat(undone()).containsExactlyInAnyOrder("undo quick quick", "undo slow slow");
    }
}
