package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;

/** The interceptors this package brings. */
public final class ChatInterceptors {

    private ChatInterceptors() {}

    /** Publishes the {@link ChatEvent}s of the call. */
    public static ChatInterceptor events(EventPublisher events) {
        return new EventsInterceptor(events);
    }
}
