package io.cortexreactive.persistence.postgres;

import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.ProviderConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Knows the vectors of a few texts, and what it was asked. */
final class FixedEmbeddings implements EmbeddingProvider {

    final List<EmbeddingRequest> asked = new ArrayList<>();
    private final Map<String, float[]> vectors;

    FixedEmbeddings(Map<String, float[]> vectors) {
        this.vectors = vectors;
    }

    @Override
    public String id() {
        return "fixed";
    }

    @Override
    public Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
        return Mono.fromSupplier(() -> {
            asked.add(request);
            float[] vector = vectors.get(request.texts().get(0));
            if (vector == null) {
                throw new IllegalStateException("No vector of " + request.texts());
            }
            return new EmbeddingResponse(List.of(vector), Usage.NONE, "fixed");
        });
    }

    @Override
    public EmbeddingProvider withConfig(ProviderConfig override) {
        return this;
    }
}
