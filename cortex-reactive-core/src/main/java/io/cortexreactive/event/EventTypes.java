package io.cortexreactive.event;

import java.util.Set;

/** What a hub knows of each event type. Settled once a type, so that asking again takes nanoseconds and no memory. */
final class EventTypes extends ClassValue<EventTypes.EventType> {

    private final boolean enabled;
    private final EventNames disabled;
    private final boolean logging;
    private final EventNames logged;

    EventTypes(EventSettings settings) {
        enabled = settings.enabled();
        disabled = new EventNames(settings.disabled());
        logging = settings.logging().enabled();
        logged = new EventNames(settings.logging().events());
    }

    @Override
    protected EventType computeValue(Class<?> type) {
        return new EventType(type, enabled && !disabled.include(type), logging && isLogged(type));
    }

    private boolean isLogged(Class<?> type) {
        return logged.names().isEmpty() || logged.include(type);
    }

    /** One type. Must not lead to the hub, which could then never be collected while the type's class lives. */
    static final class EventType {

        private final Class<?> type;
        private final boolean enabled;
        private final boolean logged;
        private Answer last = new Answer(Set.of(), false);

        private EventType(Class<?> type, boolean enabled, boolean logged) {
            this.type = type;
            this.enabled = enabled;
            this.logged = logged;
        }

        boolean isEnabled() {
            return enabled;
        }

        boolean isLogged() {
            return logged;
        }

        /** Whether one of these types is this one or its family. The set is told apart by identity. */
        boolean isAmong(Set<Class<?>> listenedTo) {
            Answer answer = last;
            if (answer.listenedTo != listenedTo) {
                answer = answer(listenedTo);
                last = answer;
            }
            return answer.included;
        }

        private Answer answer(Set<Class<?>> listenedTo) {
            for (Class<?> candidate : listenedTo) {
                if (candidate.isAssignableFrom(type)) {
                    return new Answer(listenedTo, true);
                }
            }
            return new Answer(listenedTo, false);
        }
    }

    /** Immutable, so that threads may share it without synchronisation. */
    private record Answer(Set<Class<?>> listenedTo, boolean included) {}
}
