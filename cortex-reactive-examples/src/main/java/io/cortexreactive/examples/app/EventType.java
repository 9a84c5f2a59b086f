package io.cortexreactive.examples.app;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.cortexreactive.agent.AgentEvent;
import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.guardrail.GuardrailEvent;
import io.cortexreactive.provider.ProviderEvent;
import io.cortexreactive.tool.ToolEvent;
import io.cortexreactive.workflow.WorkflowEvent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A kind of event that the page can show.
 *
 * @param name its simple class name
 * @param family what it belongs to, for people
 * @param type its class
 */
record EventType(String name, String family, @JsonIgnore Class<? extends CortexEvent> type) {

    /** All there are: the families are sealed, so they can be asked. */
    static final List<EventType> ALL = Stream.of(
                    family("Chat", ChatEvent.class),
                    family("Provider", ProviderEvent.class),
                    family("Tool", ToolEvent.class),
                    family("Guardrail", GuardrailEvent.class),
                    family("Agent", AgentEvent.class),
                    family("Workflow", WorkflowEvent.class))
            .flatMap(types -> types)
            .toList();

    /** The family of an event. */
    static String familyOf(CortexEvent event) {
        return ALL.stream()
                .filter(known -> known.type == event.getClass())
                .map(EventType::family)
                .findFirst()
                .orElseThrow();
    }

    private static Stream<EventType> family(String name, Class<? extends CortexEvent> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .map(type -> new EventType(type.getSimpleName(), name, type.asSubclass(CortexEvent.class)));
    }
}
