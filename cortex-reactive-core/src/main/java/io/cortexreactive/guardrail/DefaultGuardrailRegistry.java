package io.cortexreactive.guardrail;

import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailRegistered;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

final class DefaultGuardrailRegistry implements GuardrailRegistry {

    private final AtomicReference<Map<String, Guardrail>> guardrails = new AtomicReference<>(Map.of());
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
        guardrails.updateAndGet(known -> with(known, id, guardrail));
        if (events.wants(GuardrailRegistered.class)) {
            events.publish(new GuardrailRegistered(EventMeta.now(), id));
        }
    }

    private static Map<String, Guardrail> with(Map<String, Guardrail> known, String id, Guardrail guardrail) {
        Map<String, Guardrail> changed = new LinkedHashMap<>(known);
        changed.put(id, guardrail);
        return changed;
    }

    @Override
    public Guardrail get(String id) {
        Map<String, Guardrail> known = guardrails.get();
        return Optional.ofNullable(known.get(id)).orElseThrow(() -> new GuardrailNotFoundException(id, known.keySet()));
    }

    @Override
    public Optional<Guardrail> find(String id) {
        return Optional.ofNullable(guardrails.get().get(id));
    }

    @Override
    public boolean has(String id) {
        return guardrails.get().containsKey(id);
    }

    @Override
    public Collection<Guardrail> all() {
        return List.copyOf(guardrails.get().values());
    }
}
