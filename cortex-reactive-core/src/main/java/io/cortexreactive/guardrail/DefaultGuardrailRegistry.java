package io.cortexreactive.guardrail;

import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailRegistered;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class DefaultGuardrailRegistry implements GuardrailRegistry {

    private final Object lock = new Object();
    private volatile Map<String, Guardrail> guardrails = Map.of();
    private final EventPublisher events;

    DefaultGuardrailRegistry(EventPublisher events) {
        this.events = events;
    }

    @Override
    public void register(Guardrail guardrail) {
        String id = guardrail.id();
        if (id == null || id.isBlank()) {
            throw new GuardrailConfigurationException("A guardrail's id is blank.");
        }
        synchronized (lock) {
            Map<String, Guardrail> changed = new LinkedHashMap<>(guardrails);
            changed.put(id, guardrail);
            guardrails = changed;
        }
        if (events.wants(GuardrailRegistered.class)) {
            events.publish(new GuardrailRegistered(EventMeta.now(), id));
        }
    }

    @Override
    public Guardrail get(String id) {
        Map<String, Guardrail> known = guardrails;
        return Optional.ofNullable(known.get(id)).orElseThrow(() -> new GuardrailNotFoundException(id, known.keySet()));
    }

    @Override
    public Optional<Guardrail> find(String id) {
        return Optional.ofNullable(guardrails.get(id));
    }

    @Override
    public boolean has(String id) {
        return guardrails.containsKey(id);
    }

    @Override
    public Collection<Guardrail> all() {
        return List.copyOf(guardrails.values());
    }
}
