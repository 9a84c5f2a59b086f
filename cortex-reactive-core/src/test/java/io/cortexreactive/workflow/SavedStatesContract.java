package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.StateNotStorableException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/**
 * What becomes of runs whose states are saved from outside. A store passes it; its tests say which store. Each test has
 * a workflow of its own.
 */
public abstract class SavedStatesContract {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Map<String, Object> NOTHING = Map.of();
    private static final Map<String, Object> YES = Map.of("ok", true);

    private final String id = "saved-" + UUID.randomUUID();
    private final Queue<String> ran = new ConcurrentLinkedQueue<>();

    private @Nullable Workflow bound;

    /** The store. */
    protected abstract RunLog log();

    private RunStore store() {
        return RunStore.of(log());
    }

    private Workflow workflow() {
        if (bound == null) {
            bound = engine().bind(definition("1"));
        }
        return bound;
    }

    private WorkflowEngine engine() {
        return WorkflowEngine.create(WorkflowEngine.Parts.of(store()));
    }

    private WorkflowDefinition definition(String version) {
        return Workflow.define(id)
                .version(version)
                .parallel("fan", Merge.all(), node("x"), human("ask"))
                .parallel("other", Merge.all(), node("y"), node("z"))
                .node(human("review"))
                .node(node("last"))
                .edge("fan", "other")
                .edge("other", "review")
                .edge("review", "last")
                .build();
    }

    private static WorkflowNode human(String node) {
        return WorkflowNode.humanInput(node, node + "?", null, null, OnTimeout.fail());
    }

    private WorkflowNode node(String node) {
        return WorkflowNode.callback(
                node,
                context -> Mono.fromSupplier(() -> {
                    ran.add(node);
                    return NodeResult.of(node);
                }));
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(LONG), "completed without a value");
    }

    private WorkflowState found(String runId) {
        return value(store().find(runId));
    }

    private void save(WorkflowState state) {
        store().save(state).block(LONG);
    }

    /** A run that waits in a branch, whose other branch is done. */
    private WorkflowState paused() {
        WorkflowResult paused = value(workflow().run(NOTHING));
        assertThat(paused.status()).isEqualTo(WorkflowStatus.PAUSED);
        return found(paused.runId());
    }

    private static WorkflowState at(WorkflowState state, String node) {
        return of(state, state.workflowId(), state.version(), node);
    }

    private static WorkflowState of(WorkflowState state, String workflow, String version, String node) {
        return new WorkflowState(
                workflow,
                version,
                state.runId(),
                state.tenantId(),
                node,
                state.status(),
                state.data(),
                state.history(),
                state.pause(),
                state.times());
    }

    private WorkflowState fresh(@Nullable String node, WorkflowStatus status) {
        Pause pause = status == WorkflowStatus.PAUSED ? new Pause("why", "token", Instant.ofEpochSecond(5)) : null;
        String runId = "run-" + UUID.randomUUID();
        return new WorkflowState(
                id, "1", runId, null, node, status, NOTHING, List.of(), pause, new RunTimes(null, null));
    }

    @Test
    public void runThatIsMovedToAnotherParallelNodeRunsItsBranches() {
        WorkflowState paused = paused();
        save(at(paused, "other"));

        WorkflowResult next = value(workflow().resume(paused.runId(), YES));

        assertThat(next.status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(next.state().data()).containsEntry("other", Map.of("y", "y", "z", "z"));
        assertThat(ran).containsExactlyInAnyOrder("x", "y", "z");
    }

    @Test
    public void runThatIsMovedToAnotherQuestionHasTheAnswerThere() {
        WorkflowState paused = paused();
        save(at(paused, "review"));

        WorkflowResult ended = value(workflow().resume(paused.runId(), YES));

        assertThat(ended.status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(ended.state().data()).containsEntry("review", YES);
        assertThat(ran).containsExactly("x", "last");
    }

    @Test
    public void runThatStaysKeepsWhatItsNodeHasUnderWay() {
        WorkflowState paused = paused();
        save(paused);

        WorkflowResult next = value(workflow().resume(paused.runId(), YES));

        assertThat(next.state().data()).containsEntry("fan", Map.of("x", "x", "ask", YES));
        assertThat(ran).containsOnlyOnce("x");
    }

    @Test
    public void newRunThatIsPausedHasItsAnswer() {
        WorkflowState state = fresh("review", WorkflowStatus.PAUSED);
        save(state);

        WorkflowResult ended = value(workflow().resume(state.runId(), YES));

        assertThat(ended.status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(ended.state().data()).containsEntry("review", YES);
    }

    @Test
    public void runThatIsSavedBeforeItKnowsItsAnswerHasIt() {
        WorkflowState state = fresh("review", WorkflowStatus.PAUSED);
        save(state);
        WorkflowEngine stopped = engine();
        stopped.stop().block(LONG);
        value(stopped.bind(definition("1")).withoutWaiting().resume(state.runId(), YES));

        save(found(state.runId()));
        save(found(state.runId()));

        WorkflowEngine started = engine();
        Workflow goesOn = started.bind(definition("1"));
        started.start().block(LONG);
        goesOn.follow(state.runId(), null)
                .takeUntil(event -> event instanceof WorkflowEvent.WorkflowNodeExited)
                .blockLast(LONG);
        started.stop().block(LONG);
        assertThat(found(state.runId()).data()).containsEntry("review", YES);
    }

    @Test
    public void forkOfANewRunBeginsWhereThatDoes() {
        WorkflowState state = fresh("last", WorkflowStatus.PENDING);
        save(state);

        assertThat(value(workflow().fork(state.runId(), 0, NOTHING)).output()).containsEntry("last", "last");
        assertThat(ran).containsExactly("last");
    }

    @Test
    public void forkOfANewRunWithoutANodeBeginsAtTheFirst() {
        WorkflowState state = fresh(null, WorkflowStatus.PENDING);
        save(state);

        assertThat(value(workflow().fork(state.runId(), 0, NOTHING)).state().currentNode())
                .isEqualTo("fan");
    }

    @Test
    public void forkOfARunThatWasMovedBeginsThere() {
        WorkflowState paused = paused();
        save(at(paused, "last"));

        WorkflowResult fork =
                value(workflow().fork(paused.runId(), paused.history().size() + 1L, NOTHING));

        assertThat(fork.status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(ran).containsExactly("x", "last");
    }

    @Test
    public void runStaysOfItsWorkflowAndVersion() {
        WorkflowState paused = paused();

        assertRefused(of(paused, id, "2", "review"), id + "@2");
        assertRefused(of(paused, "another", "1", "review"), "another@1");
        assertThat(found(paused.runId())).isEqualTo(paused);
    }

    private void assertRefused(WorkflowState state, String named) {
        assertThatThrownBy(() -> save(state))
                .isInstanceOf(StateNotStorableException.class)
                .hasMessageContaining(state.runId())
                .hasMessageContaining(id + "@1")
                .hasMessageContaining(named)
                .hasMessageContaining("Fork it");
    }
}
