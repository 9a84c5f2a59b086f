package io.cortexreactive.workflow;

import io.cortexreactive.event.EventPublisher;
import java.util.Collection;
import java.util.Optional;

/** The workflows there are, each in one or more versions. In memory and synchronous; thread-safe. */
public interface WorkflowRegistry {

    /**
     * Adds a workflow. Other versions of it stay, and their runs can be run.
     *
     * @throws WorkflowDefinitionException if there is another one of this id and version that is not equal
     */
    void register(WorkflowDefinition workflow);

    /**
     * The version that was registered last.
     *
     * @throws WorkflowNotFoundException if there is none of this id; it names those there are
     */
    WorkflowDefinition get(String id);

    /**
     * A version.
     *
     * @throws WorkflowNotFoundException if there is none; it names those there are
     */
    WorkflowDefinition get(String id, String version);

    /** The version that was registered last, if there is one of this id. */
    Optional<WorkflowDefinition> find(String id);

    /** Whether there is a workflow of this id. */
    boolean has(String id);

    /** All workflows in all versions, in the order they were registered. */
    Collection<WorkflowDefinition> all();

    /** An empty registry. */
    static WorkflowRegistry create(EventPublisher events) {
        return new WorkflowDefinition.Registry(events);
    }
}
