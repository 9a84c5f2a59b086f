package io.cortexreactive;

import io.cortexreactive.agent.AgentEvent;
import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.FailureEvent;
import io.cortexreactive.guardrail.GuardrailEvent;
import io.cortexreactive.provider.ProviderEvent;
import io.cortexreactive.tool.ToolEvent;
import io.cortexreactive.workflow.WorkflowEvent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The events there are and their families, by simple name or by class name; an application's own by class name. */
final class KnownEvents {

    private static final List<Class<?>> KNOWN = Stream.concat(
                    Stream.of(FailureEvent.class),
                    Stream.of(
                                    ProviderEvent.class,
                                    ChatEvent.class,
                                    ToolEvent.class,
                                    GuardrailEvent.class,
                                    AgentEvent.class,
                                    WorkflowEvent.class)
                            .flatMap(family ->
                                    Stream.concat(Stream.of(family), Stream.of(family.getPermittedSubclasses()))))
            .toList();

    private KnownEvents() {}

    static Optional<String> find(String name) {
        return KNOWN.stream()
                .filter(type -> name.equals(type.getSimpleName()) || name.equals(type.getCanonicalName()))
                .findFirst()
                .map(Class::getSimpleName)
                .or(() -> ofApplication(name));
    }

    private static Optional<String> ofApplication(String name) {
        try {
            Class<?> type = Class.forName(name, false, KnownEvents.class.getClassLoader());
            return CortexEvent.class.isAssignableFrom(type) ? Optional.of(type.getName()) : Optional.empty();
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        }
    }

    static String known() {
        return KNOWN.stream().map(Class::getSimpleName).sorted().collect(Collectors.joining(", "));
    }
}
