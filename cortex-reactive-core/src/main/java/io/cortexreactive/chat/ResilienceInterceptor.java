package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.resilience.ResilienceRegistry;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Protects a call by policy, and asks others when one has failed.
 *
 * @param own settings by provider id, where they differ
 */
record ResilienceInterceptor(
        ChatResilience settings, Map<String, ChatResilience> own, ResilienceRegistry states, EventPublisher events)
        implements ChatInterceptor {

    ResilienceInterceptor {
        own = Map.copyOf(own);
    }

    /** This, with other settings for all providers. */
    ResilienceInterceptor with(ChatResilience others) {
        return new ResilienceInterceptor(others, Map.of(), states, events);
    }

    ChatResilience of(@Nullable String provider) {
        return provider == null ? settings : own.getOrDefault(provider, settings);
    }

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.deferContextual(context -> {
            Route route = Route.of(context);
            return of(route.provider()).equals(ChatResilience.NONE)
                    ? next.stream(request)
                    : new ProtectedCall(this, request, next, route, context).run();
        });
    }
}
