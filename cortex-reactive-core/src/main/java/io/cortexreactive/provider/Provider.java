package io.cortexreactive.provider;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.TokenEstimate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A service that runs models. Implement {@link #stream}; everything else has a default. Thread-safe.
 *
 * <p>Application code talks to the view that {@link ProviderRegistry#get} gives, which adds the tenant, validation and
 * events to what is implemented here.
 */
public interface Provider {

    /** The name it is registered under, such as {@code bedrock}. */
    String id();

    /**
     * What it can do.
     *
     * @param model the model asked about; null for the default model
     */
    ProviderCapabilities capabilities(@Nullable String model);

    /**
     * Streams one answer. Cold: each subscription is one call to the service, and nothing happens before it.
     *
     * <p>Honours demand down to the connection; cancelling closes the call there. Emits on the connection's event loop.
     * Ends with {@link io.cortexreactive.message.ChatCompleted} and completion, only when the service said that the
     * answer is complete, or with a {@link ProviderException}. Never retries.
     */
    Flux<ChatChunk> stream(ChatRequest request);

    /** One whole answer: {@link #stream}, folded. Override it only for a model that cannot stream. */
    default Mono<ChatResponse> chat(ChatRequest request) {
        return ChatResponse.collect(stream(request));
    }

    /** The tokens a request would cost as input: the service's own count, or by default {@link TokenEstimate}. */
    default Mono<Long> countTokens(ChatRequest request) {
        return Mono.fromSupplier(() -> TokenEstimate.of(request));
    }

    /** The models it is known to have; empty if it does not say. */
    default Flux<Model> models() {
        return Flux.empty();
    }

    /**
     * A view with other credentials, region, endpoint or model, on the same connections. Cheap, and safe to keep or to
     * drop without closing.
     *
     * @throws ProviderConfigurationException if the provider cannot apply the override
     */
    default Provider withConfig(ProviderConfig override) {
        if (override.isEmpty()) {
            return this;
        }
        throw new ProviderConfigurationException(
                "Provider '" + id() + "' takes no overrides: implement withConfig to give tenants their own settings.");
    }

    /** Releases connections and threads. Calls under way end with an error. Idempotent. */
    default Mono<Void> close() {
        return Mono.empty();
    }
}
