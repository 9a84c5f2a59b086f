package io.cortexreactive.event;

import java.util.Set;
import org.slf4j.event.Level;

/**
 * How the event stream behaves. Events are named by simple class name, such as {@code ChatStreamChunk}, or by full
 * class name; the name of a family, such as {@code ChatEvent}, stands for all of its events.
 *
 * @param enabled whether anything is published at all
 * @param disabled events that are never published
 * @param logging what is written to the log
 */
public record EventSettings(boolean enabled, Set<String> disabled, Logging logging) {

    /** Everything enabled; failures logged at debug to the logger {@code cortex}. */
    public static final EventSettings DEFAULTS = new EventSettings(true, Set.of(), Logging.DEFAULTS);

    public EventSettings {
        disabled = Set.copyOf(disabled);
    }

    /**
     * What is written to the log.
     *
     * @param enabled whether anything is
     * @param channel the logger's name
     * @param level the level to log at
     * @param events which events; empty means all
     */
    public record Logging(boolean enabled, String channel, Level level, Set<String> events) {

        /** Provider and chat errors, at debug, to the logger {@code cortex}. */
        public static final Logging DEFAULTS =
                new Logging(true, "cortex", Level.DEBUG, Set.of("ProviderError", "ChatError"));

        public Logging {
            events = Set.copyOf(events);
        }
    }
}
