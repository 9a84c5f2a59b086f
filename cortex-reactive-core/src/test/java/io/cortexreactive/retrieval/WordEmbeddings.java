package io.cortexreactive.retrieval;

import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.ProviderConfig;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import reactor.core.publisher.Mono;

/** Counts letters, and remembers who asked for what. */
final class WordEmbeddings implements EmbeddingProvider {

    private static final int LETTERS = 26;

    final Queue<EmbeddingRequest> requests;
    final Queue<ProviderConfig> callers;
    private final ProviderConfig config;

    WordEmbeddings() {
        this(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>(), ProviderConfig.NONE);
    }

    private WordEmbeddings(Queue<EmbeddingRequest> requests, Queue<ProviderConfig> callers, ProviderConfig config) {
        this.requests = requests;
        this.callers = callers;
        this.config = config;
    }

    @Override
    public String id() {
        return "words";
    }

    @Override
    public Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
        return Mono.fromCallable(() -> {
            requests.add(request);
            callers.add(config);
            List<float[]> vectors =
                    request.texts().stream().map(WordEmbeddings::vector).toList();
            return new EmbeddingResponse(vectors, Usage.of(vectors.size(), 0), "letters");
        });
    }

    static float[] vector(String text) {
        float[] vector = new float[LETTERS];
        text.chars().filter(c -> c >= 'a' && c <= 'z').forEach(c -> vector[c - 'a']++);
        return vector;
    }

    @Override
    public EmbeddingProvider withConfig(ProviderConfig override) {
        return new WordEmbeddings(requests, callers, override);
    }
}
