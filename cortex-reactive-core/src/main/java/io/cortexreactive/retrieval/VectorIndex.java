package io.cortexreactive.retrieval;

import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Finds documents by their vectors. What a tenant adds, only that tenant finds and removes: the tenant is the one in
 * the Reactor Context. What is added without one is found without one. Thread-safe.
 */
public interface VectorIndex {

    /** How many documents an index in memory holds unless somebody says so. */
    int MAX_DOCUMENTS = 100_000;

    /** An index in memory, of at most {@value #MAX_DOCUMENTS} documents. */
    static VectorIndex inMemory() {
        return inMemory(MAX_DOCUMENTS);
    }

    /**
     * An index in memory, which is exact: it compares a query with each vector, by the cosine of the angle between
     * them. That is the score, from -1 to 1. Of many vectors it does so on Reactor's bounded elastic scheduler. A
     * vector takes four bytes a dimension; adding beyond the limit fails with
     * {@link io.cortexreactive.error.LimitExceededException}. All vectors of one tenant have as many dimensions as the
     * first.
     *
     * @param maxDocuments the most documents it holds, of all tenants together
     */
    static VectorIndex inMemory(int maxDocuments) {
        return new InMemoryVectorIndex(maxDocuments, false);
    }

    /**
     * As {@link #inMemory(int)}, but everybody finds everything, whoever has added it: for what all tenants may know.
     */
    static VectorIndex inMemoryForAll(int maxDocuments) {
        return new InMemoryVectorIndex(maxDocuments, true);
    }

    /**
     * Adds documents, all or none. Each replaces the one of its id.
     *
     * @return {@link InvalidVectorException} for a vector that does not fit
     */
    Mono<Void> add(List<EmbeddedDocument> documents);

    /** Removes a document; false if there was none of this id. */
    Mono<Boolean> remove(String id);

    /**
     * Finds the documents that are nearest to a vector.
     *
     * @param limit the most documents to give
     * @return the nearest first; {@link InvalidVectorException} for a vector that does not fit
     */
    Mono<RetrievedContent> search(float[] vector, int limit);
}
