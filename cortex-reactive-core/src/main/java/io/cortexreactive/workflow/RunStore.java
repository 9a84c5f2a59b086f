package io.cortexreactive.workflow;

import io.cortexreactive.durable.RunLog;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keeps runs of workflows: for their engine as a {@link RunLog}, and for others as states. Thread-safe. */
public interface RunStore extends RunLog, WorkflowStateRepository {

    @Override
    default Mono<Void> save(WorkflowState state) {
        return StoredStates.save(this, state);
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
        return purge();
    }

    /** In the memory of this process; finished runs are kept for 7 days. */
    static RunStore inMemory() {
        return of(RunLog.inMemory());
    }

    /** Keeps them in there. */
    static RunStore of(RunLog runs) {
        return new StoredStates.Log(runs);
    }
}
