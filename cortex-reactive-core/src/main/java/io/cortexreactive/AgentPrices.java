package io.cortexreactive;

import io.cortexreactive.agent.AgentRuntime.Prices;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the providers say that models cost, as the tenant of the run has them. The others are asked as well: an answer
 * may be a fallback's, or a sub-agent's.
 */
record AgentPrices(ProviderRegistry providers) implements Prices {

    /** Fails only where nobody knows the prices and somebody could not be asked. */
    @Override
    public Mono<ModelPrices> of(@Nullable String provider, String model) {
        Mono<Provider> first =
                Mono.fromSupplier(() -> provider == null ? providers.defaultProvider() : providers.get(provider));
        return Flux.concat(first, Flux.defer(() -> Flux.fromIterable(providers.all())))
                .distinct(Provider::id)
                .concatMapDelayError(asked -> prices(asked, model))
                .next();
    }

    private static Mono<ModelPrices> prices(Provider provider, String model) {
        return provider.models()
                .filter(known -> known.id().equals(model))
                .mapNotNull(Model::prices)
                .next();
    }
}
