package io.cortexreactive.guardrail;

import io.cortexreactive.event.EventPublisher;
import java.util.Collection;
import java.util.Optional;

/** The guardrails there are, by id. To be registered is not to be applied: see {@link Guardrails}. Thread-safe. */
public interface GuardrailRegistry {

    /**
     * Adds a guardrail, or replaces the one of its id. Calls under way keep the one they began with.
     *
     * @throws GuardrailConfigurationException if the id is blank
     */
    void register(Guardrail guardrail);

    /**
     * The guardrail of this id.
     *
     * @throws GuardrailNotFoundException if there is none
     */
    Guardrail get(String id);

    /** The guardrail of this id, if there is one. */
    Optional<Guardrail> find(String id);

    /** Whether there is one of this id. */
    boolean has(String id);

    /** All of them, in the order they were registered. */
    Collection<Guardrail> all();

    /** An empty one. */
    static GuardrailRegistry create(EventPublisher events) {
        return new DefaultGuardrailRegistry(events);
    }
}
