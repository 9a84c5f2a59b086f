package io.cortexreactive.agent;

import io.cortexreactive.agent.AgentEvent.AgentRegistered;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class DefaultAgentRegistry implements AgentRegistry {

    private final EventPublisher events;
    private volatile Map<String, AgentDefinition> agents = Map.of();

    DefaultAgentRegistry(EventPublisher events) {
        this.events = events;
    }

    @Override
    public void register(AgentDefinition agent) {
        add(agent);
        if (events.wants(AgentRegistered.class)) {
            events.publish(new AgentRegistered(EventMeta.now(), agent.id()));
        }
    }

    private synchronized void add(AgentDefinition agent) {
        Map<String, AgentDefinition> changed = new LinkedHashMap<>(agents);
        changed.put(agent.id(), agent);
        agents = changed;
    }

    @Override
    public AgentDefinition get(String id) {
        return find(id).orElseThrow(() -> new AgentNotFoundException(id, agents.keySet()));
    }

    @Override
    public Optional<AgentDefinition> find(String id) {
        return Optional.ofNullable(agents.get(id));
    }

    @Override
    public boolean has(String id) {
        return agents.containsKey(id);
    }

    @Override
    public Collection<AgentDefinition> all() {
        return List.copyOf(agents.values());
    }
}
