package io.cortexreactive.agent;

import io.cortexreactive.event.EventPublisher;
import java.util.Collection;
import java.util.Optional;

/** The agents there are. In memory and synchronous; thread-safe. */
public interface AgentRegistry {

    /** Adds an agent; one of the same id is replaced. */
    void register(AgentDefinition agent);

    /**
     * The agent.
     *
     * @throws AgentNotFoundException if there is none of this id; it names those there are
     */
    AgentDefinition get(String id);

    /** The agent, if there is one of this id. */
    Optional<AgentDefinition> find(String id);

    /** Whether there is an agent of this id. */
    boolean has(String id);

    /** All agents, in the order they were registered. */
    Collection<AgentDefinition> all();

    /** An empty registry. */
    static AgentRegistry create(EventPublisher events) {
        return new DefaultAgentRegistry(events);
    }

    /** A registry of these, which tells nobody. */
    static AgentRegistry of(Collection<AgentDefinition> agents) {
        AgentRegistry registry = create(EventPublisher.none());
        agents.forEach(registry::register);
        return registry;
    }
}
