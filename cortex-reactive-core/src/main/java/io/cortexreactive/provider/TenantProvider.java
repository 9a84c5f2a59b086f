package io.cortexreactive.provider;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.tenant.TenantManager;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the registry hands out: the provider as the tenant of each call has it, with checks and events around it. */
final class TenantProvider implements Provider {

    private final Provider provider;
    private final TenantManager tenants;
    private final ViewCache views;
    private final EventPublisher events;

    TenantProvider(Provider provider, TenantManager tenants, ViewCache views, EventPublisher events) {
        this.provider = provider;
        this.tenants = tenants;
        this.views = views;
        this.events = events;
    }

    @Override
    public String id() {
        return provider.id();
    }

    @Override
    public ProviderCapabilities capabilities(@Nullable String model) {
        return provider.capabilities(model);
    }

    Mono<ProviderCapabilities> tenantCapabilities(@Nullable String model) {
        return asTenant(own -> Mono.just(own.capabilities(model))).single();
    }

    @Override
    public Flux<ChatChunk> stream(ChatRequest request) {
        return call(request, ProviderCall::stream);
    }

    @Override
    public Mono<ChatResponse> chat(ChatRequest request) {
        return call(request, ProviderCall::chat).singleOrEmpty();
    }

    private <T> Flux<T> call(ChatRequest request, Function<ProviderCall, Publisher<T>> work) {
        return asTenant(own -> Flux.deferContextual(context -> {
            RequestChecks.check(own, request);
            return work.apply(new ProviderCall(events, context, own, request));
        }));
    }

    @Override
    public Mono<Long> countTokens(ChatRequest request) {
        return asTenant(own -> own.countTokens(request)).singleOrEmpty();
    }

    @Override
    public Flux<Model> models() {
        return asTenant(Provider::models);
    }

    private <T> Flux<T> asTenant(Function<Provider, Publisher<T>> work) {
        return tenants.run(tenant ->
                work.apply(tenant.map(present -> views.view(provider, present)).orElse(provider)));
    }

    @Override
    public Provider withConfig(ProviderConfig override) {
        return new TenantProvider(provider.withConfig(override), tenants, views, events);
    }

    /** Does nothing: a view does not own the connections. The front door closes the provider itself. */
    @Override
    public Mono<Void> close() {
        return Mono.empty();
    }
}
