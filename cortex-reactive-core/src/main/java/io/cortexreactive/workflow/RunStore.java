package io.cortexreactive.workflow;

import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord.Lineage;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keeps runs of workflows: for their engine as a {@link RunLog}, and for others as states. Thread-safe. */
public interface RunStore extends RunLog, WorkflowStateRepository {

    @Override
    default Mono<Void> save(WorkflowState state) {
        return StoredStates.save(this, state, EngineSettings.DEFAULTS.maxStateBytes());
    }

    @Override
    default Mono<WorkflowState> find(String runId) {
        return StoredStates.find(this, runId);
    }

    @Override
    default Flux<WorkflowState> findByWorkflow(String workflowId) {
        return StoredStates.list(this, workflowId, null);
    }

    @Override
    default Flux<WorkflowState> findByStatus(WorkflowStatus status) {
        return StoredStates.list(this, null, status);
    }

    @Override
    default Mono<Void> delete(String runId) {
        return StoredStates.delete(this, runId);
    }

    @Override
    default Mono<Long> deleteExpired() {
        return StoredStates.deleteExpired(this);
    }

    /**
     * Which run a run of the Context's tenant comes from: the node of another run that waits for it, or the run that it
     * is a fork of. Empty if there is no such run.
     */
    default Mono<Lineage> lineage(String runId) {
        return StoredStates.lineage(this, runId);
    }

    /**
     * The runs that were begun for sub-workflow nodes of a run of the Context's tenant, the newest first, read in pages
     * as they are asked for. Those that are forgotten by now are missing.
     */
    default Flux<WorkflowState> children(String runId) {
        return StoredStates.children(this, runId);
    }

    /**
     * Those that wait for somebody, of a run of the Context's tenant and the runs below it: a run stays pending while
     * it waits for one of its own, and so does {@link Workflow#run}, whatever that one waits for. Only runs that have
     * not ended are looked through, level by level, as they are asked for.
     */
    default Flux<WorkflowState> paused(String runId) {
        return find(runId)
                .expand(state -> state.status().isTerminal() ? Flux.empty() : children(state.runId()))
                .filter(state -> state.status() == WorkflowStatus.PAUSED);
    }

    /**
     * This, where a state that is saved has so many bytes at most; 2 MiB where nobody says so. One that is not made by
     * {@link #of} stays as it is.
     */
    default RunStore withMaxStateBytes(int value) {
        return this;
    }

    /** In the memory of this process; finished runs are kept for 7 days. */
    static RunStore inMemory() {
        return of(RunLog.inMemory());
    }

    /**
     * In the memory of this process.
     *
     * @param retention how long runs are kept that have ended
     * @param keepPaused how long they may be paused before they are cancelled; null for as long as they like
     */
    static RunStore inMemory(Duration retention, @Nullable Duration keepPaused) {
        return of(RunLog.inMemory(Clock.systemUTC(), retention, Duration.ofHours(1), keepPaused));
    }

    /** Keeps them in there. */
    static RunStore of(RunLog runs) {
        return new StoredStates.Log(runs, EngineSettings.DEFAULTS.maxStateBytes());
    }
}
