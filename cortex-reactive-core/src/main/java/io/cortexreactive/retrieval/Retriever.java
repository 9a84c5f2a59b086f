package io.cortexreactive.retrieval;

import reactor.core.publisher.Mono;

/** Finds what there is about something. Thread-safe. */
@FunctionalInterface
public interface Retriever {

    /** How many items are asked for unless somebody says so. */
    int DEFAULT_LIMIT = 5;

    /**
     * Looks for it on subscription.
     *
     * @param query what somebody wants to know, in plain language
     * @param limit the most items to give, at least 1
     * @return the best items first; {@link RetrievedContent#NONE} or empty where there are none
     */
    Mono<RetrievedContent> retrieve(String query, int limit);

    /** Looks for {@value #DEFAULT_LIMIT} items. */
    default Mono<RetrievedContent> retrieve(String query) {
        return retrieve(query, DEFAULT_LIMIT);
    }

    /**
     * This without what scores less. Each kind of retriever has scores of its own, so look at some before you choose.
     *
     * @throws InvalidRetrievalException if it is no number
     */
    default Retriever minimumScore(double minimum) {
        return Retrievers.minimumScore(this, minimum);
    }
}
