package io.cortexreactive.provider;

import io.cortexreactive.message.Usage;
import java.util.List;

/**
 * Vectors for texts.
 *
 * @param vectors one for each text, in the order of the request
 * @param usage what it cost; estimated if the service did not tell
 * @param model the model that answered
 */
public record EmbeddingResponse(List<float[]> vectors, Usage usage, String model) {

    public EmbeddingResponse {
        vectors = List.copyOf(vectors);
    }
}
