package io.cortexreactive.workflow;

import io.cortexreactive.durable.EngineStoppedException;
import io.cortexreactive.durable.InvalidIdException;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.workflow.WorkflowState.HistoryEntry;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A workflow, bound to what it runs on. Every publisher is cold; the run that it begins is not the subscriber's:
 * leaving changes nothing, and {@link #cancel} ends it. A run of another workflow or tenant is a
 * {@link WorkflowNotFoundException}, an input that is null or has a null for a name, and options that are null, an
 * {@link InvalidInputException}, and an id that no store can keep an {@link InvalidIdException}. Thread-safe.
 */
public interface Workflow {

    /** What it is made of. */
    WorkflowDefinition definition();

    /** Begins a run with the default options. */
    default Mono<WorkflowResult> run(Map<String, Object> input) {
        return run(input, RunOptions.DEFAULTS);
    }

    /**
     * Begins a run, and completes when it has ended or paused. A run that fails is a result with
     * {@link WorkflowStatus#FAILED}, not an error.
     *
     * @return {@link StateNotStorableException} for an input that no store can hold, before anything has begun;
     *     {@link StoreUnavailableException} if nobody knows, or, with the run's id, if the store was away for twice the
     *     lease while the run was waited for, which goes on; {@link EngineStoppedException} without an id if nothing
     *     was begun, or with the run's id if the engine was stopped before it had ended or paused
     */
    Mono<WorkflowResult> run(Map<String, Object> input, RunOptions options);

    /** Answers the pause there is. */
    default Mono<WorkflowResult> resume(String runId, Map<String, Object> input) {
        return resume(runId, input, ResumeOptions.DEFAULTS);
    }

    /**
     * Answers a paused run, and completes when it has ended or paused again.
     *
     * @return {@link WorkflowNotFoundException} if there is no such run; {@link WorkflowNotPausedException} if it does
     *     not wait for this; {@link InvalidInputException} if the answer is none, and the run stays paused;
     *     {@link StoreUnavailableException} and {@link EngineStoppedException} as of {@link #run}
     */
    Mono<WorkflowResult> resume(String runId, Map<String, Object> input, ResumeOptions options);

    /**
     * Cancels a run, on whichever process it is; its node under way is cancelled, and what is done is compensated.
     *
     * @return false if it has ended, or compensates already, be it that it was cancelled or has failed;
     *     {@link WorkflowNotFoundException} if there is no such run
     */
    Mono<Boolean> cancel(String runId);

    /**
     * What happens with a run: first what did, then live, from whichever process it runs on. Completes when it has
     * ended. Honours demand.
     *
     * @param afterPosition the {@code position} in the metadata of the last event that was seen; null for the beginning
     * @return {@link InvalidPositionException} for a position that is none, or at which no event of the run was told;
     *     {@link StoreUnavailableException} once the store was away for twice the lease, and
     *     {@link EngineStoppedException} once the engine stops and the run is not worked on here any more; go on after
     *     the last position then. On an engine that is stopped, it is what other processes do
     */
    Flux<WorkflowEvent> follow(String runId, @Nullable String afterPosition);

    /** What has happened, read in pages as it is asked for. */
    Flux<HistoryEntry> history(String runId);

    /**
     * Begins a new run, of this definition, with the state of a run as it was after a transition.
     *
     * @param sequence the transition; 0 for the beginning
     * @param changes put into its data
     * @return {@link InvalidPositionException}, and nothing is begun, if the run has no such transition, nothing came
     *     after it, or this definition lacks the node that did, as another version may: fork it from the version that
     *     has the node, or earlier; otherwise as of {@link #run}
     */
    Mono<WorkflowResult> fork(String runId, long sequence, Map<String, Object> changes);

    /**
     * This, for who does not wait for ends and pauses: {@link #run}, {@link #resume} and {@link #fork} complete as soon
     * as the run has begun or the answer is taken, with the run as it then is, and it goes on by itself.
     */
    Workflow withoutWaiting();

    /** Begins a definition. */
    static WorkflowDefinition.Builder define(String id) {
        return new WorkflowDefinition.Builder(id);
    }

    /** Binds a definition to what it runs on. */
    static Workflow bind(WorkflowDefinition definition, WorkflowEngine engine) {
        return engine.bind(definition);
    }
}
