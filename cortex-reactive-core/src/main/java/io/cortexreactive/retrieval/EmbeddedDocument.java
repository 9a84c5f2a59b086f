package io.cortexreactive.retrieval;

import java.util.Objects;

/**
 * A document with its vector.
 *
 * @param document the document
 * @param vector not copied; an index that keeps it copies it
 */
@SuppressWarnings("ArrayRecordComponent") // handed over and kept, never compared
public record EmbeddedDocument(Document document, float[] vector) {

    public EmbeddedDocument {
        Objects.requireNonNull(document, "document");
        Objects.requireNonNull(vector, "vector");
    }
}
