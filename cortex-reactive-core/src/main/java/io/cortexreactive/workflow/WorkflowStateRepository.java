package io.cortexreactive.workflow;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.StateNotStorableException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Looks at runs from outside their engine, for the tenant of the Context. A state has its whole history, also in lists,
 * so that it can be saved. A run that cannot be read is a {@link CorruptStateException} where it is asked for, and left
 * out of lists, which is logged. Every publisher is cold.
 */
public interface WorkflowStateRepository {

    /**
     * Keeps a state: a new run, or one that is not running and that nobody has changed since the state was found. A run
     * that is paused stays so, and goes on from the new state. One that is moved to another node comes there anew:
     * nothing of what the one before had under way is known there, but an answer to the pause is that node's. The
     * history of a new run begins with it; without a node, it begins at the first.
     *
     * @return {@link StaleStateException} otherwise, for a run that waits for runs of its sub-workflows, and for a
     *     state of another tenant; {@link StateNotStorableException} if it is null or lacks a part, is too large, has a
     *     value that is no JSON, or says another workflow or version than the run is of
     */
    Mono<Void> save(WorkflowState state);

    /** The run; empty if there is none. */
    Mono<WorkflowState> find(String runId);

    /** The runs of a workflow, the newest first, read in pages as they are asked for. */
    Flux<WorkflowState> findByWorkflow(String workflowId);

    /** The runs that stand there, the newest first, read in pages as they are asked for. */
    Flux<WorkflowState> findByStatus(WorkflowStatus status);

    /** Forgets a run that has ended or never ran; {@link StaleStateException} if it is under way. */
    Mono<Void> delete(String runId);

    /**
     * Forgets runs of all tenants that ended longer ago than they are kept, and ends those before that wait although
     * their deadline has come, or that are paused for longer than the store keeps them; as started engines do.
     */
    Mono<Long> deleteExpired();
}
