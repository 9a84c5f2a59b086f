package io.cortexreactive.examples;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.output.TokenUsage;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A small model for English texts that runs in this process, so that nothing leaves the machine. It takes the
 * processor's time: it runs on the bounded elastic scheduler.
 */
public final class MiniLm implements EmbeddingProvider {

    private static final String NAME = "all-minilm-l6-v2-q";

    @Override
    public String id() {
        return "minilm";
    }

    @Override
    public Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
        return Mono.fromCallable(() -> embedded(request.texts())).subscribeOn(Schedulers.boundedElastic());
    }

    private static EmbeddingResponse embedded(List<String> texts) {
        Response<List<Embedding>> answer =
                Loaded.MODEL.embedAll(texts.stream().map(TextSegment::from).toList());
        List<float[]> vectors = answer.content().stream().map(Embedding::vector).toList();
        TokenUsage used = Objects.requireNonNull(answer.tokenUsage());
        return new EmbeddingResponse(vectors, Usage.of(used.inputTokenCount(), 0), NAME);
    }

    @Override
    public EmbeddingProvider withConfig(ProviderConfig override) {
        throw new ProviderConfigurationException("MiniLM has no settings.");
    }

    /** Loading takes about a second, and happens when something is embedded for the first time. */
    private static final class Loaded {

        static final EmbeddingModel MODEL = load();

        private static EmbeddingModel load() {
            // Or its tokenizer tells its makers, on a machine of AWS, that it is used.
            System.setProperty("ai.djl.offline", "true");
            // An executor of its own would have threads that keep the process alive for a while.
            return new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
        }
    }
}
