package io.cortexreactive.provider;

import reactor.core.publisher.Mono;

/** A service that turns texts into vectors. Thread-safe. */
public interface EmbeddingProvider {

    /** The name it is registered under. */
    String id();

    /**
     * Embeds texts, all in one call, or in several where the service takes fewer. Cold: each subscription calls the
     * service. Emits on the connection's event loop; cancelling closes the calls there. Fails with a
     * {@link ProviderException}; never retries.
     */
    Mono<EmbeddingResponse> embed(EmbeddingRequest request);

    /**
     * A view with other credentials, endpoint or model, on the same connections.
     *
     * @throws ProviderConfigurationException if the provider cannot apply the override
     */
    EmbeddingProvider withConfig(ProviderConfig override);
}
