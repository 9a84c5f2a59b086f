package io.cortexreactive.examples.app;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.provider.ProviderEvent;
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
    static final List<EventType> ALL = Stream.concat(
                    family("Chat", ChatEvent.class), family("Provider", ProviderEvent.class))
            .toList();

    private static Stream<EventType> family(String name, Class<? extends CortexEvent> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .map(type -> new EventType(type.getSimpleName(), name, type.asSubclass(CortexEvent.class)));
    }
}
