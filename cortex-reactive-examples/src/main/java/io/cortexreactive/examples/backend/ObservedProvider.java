package io.cortexreactive.examples.backend;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.tenant.Tenancy;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A provider that tells {@link AskedProvider} of each call, and tags it. An interceptor could not: it does not see whom
 * a retry or a fallback goes to.
 */
final class ObservedProvider implements Provider {

    private final Provider provider;
    private final @Nullable CallTag tag;

    /** @param tag null if the service takes none */
    ObservedProvider(Provider provider, @Nullable CallTag tag) {
        this.provider = provider;
        this.tag = tag;
    }

    @Override
    public String id() {
        return provider.id();
    }

    @Override
    public ProviderCapabilities capabilities(@Nullable String model) {
        return provider.capabilities(model);
    }

    @Override
    public Flux<ChatChunk> stream(ChatRequest request) {
        return Flux.deferContextual(context -> {
            AskedProvider.note(context, id());
            return provider.stream(Tenancy.correlationId(context)
                    .map(id -> tag == null ? request : tag.on(request, id))
                    .orElse(request));
        });
    }

    @Override
    public Mono<Long> countTokens(ChatRequest request) {
        return provider.countTokens(request);
    }

    @Override
    public Flux<Model> models() {
        return provider.models();
    }

    @Override
    public Provider withConfig(ProviderConfig override) {
        return new ObservedProvider(provider.withConfig(override), tag);
    }

    @Override
    public Mono<Void> close() {
        return provider.close();
    }
}
