package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.wire.WireJson;
import java.util.LinkedHashMap;
import java.util.Map;

/** Maps a request for embeddings. The purpose is left out: no server of this kind asks for it. */
final class EmbeddingMapper {

    private final OpenAiSettings settings;

    EmbeddingMapper(OpenAiSettings settings) {
        this.settings = settings;
    }

    String model(EmbeddingRequest request) {
        String model = request.model() == null ? settings.embeddingModel() : request.model();
        if (model == null || model.isBlank()) {
            throw new InvalidRequestException(
                    "No model is chosen. Name one in the request, or a default with"
                            + " OpenAiProvider.builder().embeddingModel(..).",
                    ProviderFailure.of(settings.id(), null),
                    null);
        }
        if (request.texts().isEmpty()) {
            throw new InvalidRequestException(
                    "There is no text to embed.", ProviderFailure.of(settings.id(), model), null);
        }
        return model;
    }

    /** Base64 is a third of the size of numbers; a server that does not know it sends numbers. */
    byte[] body(EmbeddingRequest request, String model) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("input", request.texts());
        body.put("encoding_format", "base64");
        return WireJson.bytes(body);
    }
}
