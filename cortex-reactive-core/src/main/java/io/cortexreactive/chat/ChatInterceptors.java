package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.resilience.ResilienceRegistry;

/** The interceptors this package brings. */
public final class ChatInterceptors {

    private ChatInterceptors() {}

    /** Publishes the {@link ChatEvent}s of the call. */
    public static ChatInterceptor events(EventPublisher events) {
        return new EventsInterceptor(events);
    }

    /**
     * Protects calls by a policy, and asks other providers when one has failed before it gave anything, or after where
     * calls are restartable. Another is asked after any error that is transient, and after an exhausted quota, refused
     * credentials or an unknown model. Told as {@link ChatEvent.ChatFallback}.
     *
     * @param states what the policy remembers, shared by all calls that it is to hold for
     */
    public static ChatInterceptor resilience(
            ChatResilience settings, ResilienceRegistry states, EventPublisher events) {
        return new ResilienceInterceptor(settings, states, events);
    }
}
