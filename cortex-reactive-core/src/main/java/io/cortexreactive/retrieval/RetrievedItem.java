package io.cortexreactive.retrieval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Something that was found.
 *
 * @param content its text
 * @param score how well it fits; what is higher fits better, and scores of different retrievers do not compare
 * @param metadata what else is known of it, such as its {@code source}
 */
public record RetrievedItem(String content, double score, Map<String, Object> metadata) {

    /** @throws InvalidRetrievalException if the score is no number */
    public RetrievedItem {
        Objects.requireNonNull(content, "content");
        if (Double.isNaN(score)) {
            throw new InvalidRetrievalException(
                    "A retrieved item has a score that is no number. Where nothing is known of how well it fits, give 0.");
        }
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Of which nothing else is known. */
    public static RetrievedItem of(String content, double score) {
        return new RetrievedItem(content, score, Map.of());
    }
}
