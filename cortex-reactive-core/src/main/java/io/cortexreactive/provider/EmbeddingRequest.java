package io.cortexreactive.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Texts to embed.
 *
 * @param texts at least one
 * @param purpose what the vectors are for
 * @param model the provider's model id; null for the provider's default
 */
public record EmbeddingRequest(
        List<String> texts, Purpose purpose, @Nullable String model) {

    public EmbeddingRequest {
        texts = List.copyOf(texts);
    }

    /** Texts that are to be found, with the default model. */
    public static EmbeddingRequest documents(List<String> texts) {
        return new EmbeddingRequest(texts, Purpose.DOCUMENT, null);
    }

    /** A question to find texts with, with the default model. */
    public static EmbeddingRequest query(String text) {
        return new EmbeddingRequest(List.of(text), Purpose.QUERY, null);
    }
}
