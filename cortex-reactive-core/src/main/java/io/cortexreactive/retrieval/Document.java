package io.cortexreactive.retrieval;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A text that is to be found.
 *
 * @param id replaces the document of the same id
 * @param content its text
 * @param metadata what else is known of it, such as its {@code source}; who finds it gets that, with the {@code id}
 */
public record Document(String id, String content, Map<String, Object> metadata) {

    public Document {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(content, "content");
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Of which nothing else is known. */
    public static Document of(String id, String content) {
        return new Document(id, content, Map.of());
    }

    /** This, as it was found. */
    RetrievedItem found(double score) {
        Map<String, Object> all = new LinkedHashMap<>(metadata);
        all.putIfAbsent("id", id);
        return new RetrievedItem(content, score, all);
    }
}
