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

    public RetrievedItem {
        Objects.requireNonNull(content, "content");
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Of which nothing else is known. */
    public static RetrievedItem of(String content, double score) {
        return new RetrievedItem(content, score, Map.of());
    }
}
