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

/** Knows the vectors of a few texts, and what it was asked, by whom. */
final class FixedEmbeddings implements EmbeddingProvider {

    static final Usage USAGE = Usage.of(3, 0);

    final List<EmbeddingRequest> asked;
    final List<ProviderConfig> callers;
    private final Map<String, float[]> vectors;
    private final ProviderConfig config;

    FixedEmbeddings(Map<String, float[]> vectors) {
        this(new ArrayList<>(), new ArrayList<>(), vectors, ProviderConfig.NONE);
    }

    private FixedEmbeddings(
            List<EmbeddingRequest> asked,
            List<ProviderConfig> callers,
            Map<String, float[]> vectors,
            ProviderConfig config) {
        this.asked = asked;
        this.callers = callers;
        this.vectors = vectors;
        this.config = config;
    }

    @Override
    public String id() {
        return "fixed";
    }

    @Override
    public Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
        return Mono.fromSupplier(() -> {
            asked.add(request);
            callers.add(config);
            float[] vector = vectors.get(request.texts().get(0));
            if (vector == null) {
                throw new IllegalStateException("No vector of " + request.texts());
            }
            return new EmbeddingResponse(List.of(vector), USAGE, "fixed");
        });
    }

    @Override
    public EmbeddingProvider withConfig(ProviderConfig override) {
        return new FixedEmbeddings(asked, callers, vectors, override);
    }
}
