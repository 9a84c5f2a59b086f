package io.cortexreactive.retrieval;

import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import reactor.core.publisher.Mono;

/** The embedding provider as the tenant of each call has it. */
final class TenantEmbeddings implements EmbeddingProvider {

    private final EmbeddingProvider provider;

    TenantEmbeddings(EmbeddingProvider provider) {
        this.provider = provider;
    }

    @Override
    public String id() {
        return provider.id();
    }

    @Override
    public Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
        return Mono.deferContextual(context ->
                Tenancy.tenant(context).map(this::view).orElse(provider).embed(request));
    }

    @Override
    public EmbeddingProvider withConfig(ProviderConfig override) {
        return new TenantEmbeddings(provider.withConfig(override));
    }

    private EmbeddingProvider view(TenantContext tenant) {
        try {
            ProviderConfig config =
                    ProviderConfig.of(tenant.providerConfig(provider.id())).withApiKey(tenant.apiKey(provider.id()));
            return config.isEmpty() ? provider : provider.withConfig(config);
        } catch (ProviderConfigurationException e) {
            throw new InvalidTenantException(
                    "Tenant '" + tenant.id() + "', provider '" + provider.id() + "': " + e.getMessage());
        }
    }
}
