package io.cortexreactive.chat;

import io.cortexreactive.chat.ChatInterceptor.Next;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.resilience.Relay;
import io.cortexreactive.resilience.ResilienceRegistry;
import io.cortexreactive.tenant.TenantManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class DefaultChatClient implements ChatClient {

    private final TenantManager tenants;
    private final ProviderRegistry providers;
    private final @Nullable String providerId;
    private final List<ChatInterceptor> interceptors;
    private final Broadcasts broadcasts;
    private final Next chain;

    DefaultChatClient(
            TenantManager tenants,
            ProviderRegistry providers,
            @Nullable String providerId,
            List<ChatInterceptor> interceptors,
            Broadcasts broadcasts) {
        this.tenants = tenants;
        this.providers = providers;
        this.providerId = providerId;
        this.interceptors = List.copyOf(interceptors);
        this.broadcasts = broadcasts;
        this.chain = chain();
    }

    private Next chain() {
        Next next = request ->
                Flux.deferContextual(context -> provider(Route.of(context).provider()).stream(request));
        for (int i = interceptors.size() - 1; i >= 0; i--) {
            next = link(interceptors.get(i), next);
        }
        return next;
    }

    private static Next link(ChatInterceptor interceptor, Next next) {
        return request -> interceptor.intercept(request, next);
    }

    private Provider provider(@Nullable String id) {
        return id == null ? providers.defaultProvider() : providers.get(id);
    }

    @Override
    public Flux<ChatChunk> stream(ChatRequest request) {
        Objects.requireNonNull(request, "request");
        return Relay.on(tenants.run(tenant -> chain.stream(request)), actual -> new Routed(actual, route()));
    }

    /** The default provider is the one that it is when the call begins. */
    private Route route() {
        return new Route(providerId == null ? providers.defaultId().orElse(null) : providerId);
    }

    @Override
    public Mono<ChatResponse> send(ChatRequest request) {
        return ChatResponse.collect(stream(request));
    }

    @Override
    public Mono<ChatResponse> broadcast(String channel, ChatRequest request, BroadcastOptions options) {
        return tenants.run(tenant -> broadcasts.of(channel, request, stream(request), options))
                .single();
    }

    @Override
    public Mono<ProviderCapabilities> capabilities(@Nullable String model) {
        return providers.capabilities(providerId, model);
    }

    @Override
    public ChatClient using(String id) {
        providers.get(id);
        return new DefaultChatClient(tenants, providers, id, interceptors, broadcasts);
    }

    @Override
    public ChatClient with(ChatInterceptor interceptor) {
        List<ChatInterceptor> more = new ArrayList<>();
        more.add(interceptor);
        more.addAll(interceptors);
        return new DefaultChatClient(tenants, providers, providerId, more, broadcasts);
    }

    @Override
    public ChatClient withResilience(ChatResilience settings) {
        settings.fallbacks().stream()
                .map(Fallback::provider)
                .filter(Objects::nonNull)
                .forEach(providers::get);
        List<ChatInterceptor> changed = new ArrayList<>(interceptors);
        // From inside out: the innermost has the settings, so that none is around another.
        ChatResilience left = settings;
        for (int i = changed.size() - 1; i >= 0; i--) {
            if (changed.get(i) instanceof ResilienceInterceptor before) {
                changed.set(i, before.with(left));
                left = ChatResilience.NONE;
            }
        }
        if (!left.equals(ChatResilience.NONE)) {
            changed.add(ChatInterceptors.resilience(left, ResilienceRegistry.create(), EventPublisher.none()));
        }
        return new DefaultChatClient(tenants, providers, providerId, changed, broadcasts);
    }

    /** Tells the chain where the call goes. */
    private static final class Routed extends Relay<ChatChunk> {

        Routed(CoreSubscriber<? super ChatChunk> actual, Route route) {
            super(actual, route.write().apply(actual.currentContext()));
        }

        @Override
        public void onNext(ChatChunk chunk) {
            actual.onNext(chunk);
        }
    }
}
