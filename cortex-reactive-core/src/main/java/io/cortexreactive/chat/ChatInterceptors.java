package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.resilience.ResilienceRegistry;
import java.util.Map;

/** The interceptors this package brings. */
public final class ChatInterceptors {

    private ChatInterceptors() {}

    /** Publishes the {@link ChatEvent}s of the call. */
    public static ChatInterceptor events(EventPublisher events) {
        return new EventsInterceptor(events);
    }

    /** Lets plugins change or stop calls: {@link MessageTransformer}, {@link ResponseProcessor}, {@link ChatHooks}. */
    public static ChatInterceptor plugins(PluginManager plugins) {
        return new PluginsInterceptor(plugins);
    }

    /**
     * Protects calls by a policy, and asks other providers when one has failed before it gave anything, or after where
     * calls are restartable. Another is asked after any error that is transient, except for a deadline, and after an
     * exhausted quota, refused credentials or an unknown model. Told as {@link ChatEvent.ChatFallback}.
     *
     * @param states what the policy remembers, shared by all calls that it is to hold for
     */
    public static ChatInterceptor resilience(
            ChatResilience settings, ResilienceRegistry states, EventPublisher events) {
        return resilience(settings, Map.of(), states, events);
    }

    /**
     * The same, with settings of their own for some providers. Whom to ask instead, and whether to begin again, is
     * decided by those of the provider that a call goes to first.
     *
     * @param own settings by provider id
     */
    public static ChatInterceptor resilience(
            ChatResilience settings,
            Map<String, ChatResilience> own,
            ResilienceRegistry states,
            EventPublisher events) {
        return new ResilienceInterceptor(settings, own, states, events);
    }
}
