package io.cortexreactive.retrieval;

import io.cortexreactive.error.LimitExceededException;
import reactor.core.publisher.Mono;

/**
 * How a retriever is used before a model is asked.
 *
 * @param limit the most items to ask for
 * @param minimumScore what fits less is left out; how scores read, the retriever says
 * @param onFailure what becomes of the run if the retriever fails
 */
public record RetrievalPolicy(int limit, double minimumScore, OnFailure onFailure) {

    /** Five items, whatever their score; a failure fails the run. */
    public static final RetrievalPolicy DEFAULTS =
            new RetrievalPolicy(Retriever.DEFAULT_LIMIT, Double.NEGATIVE_INFINITY, OnFailure.FAIL);

    public RetrievalPolicy {
        if (limit < 1) {
            throw new LimitExceededException("least items to retrieve", 1, limit);
        }
    }

    /** What becomes of a run whose retriever fails. */
    public enum OnFailure {
        /** The run fails with the retriever's error. */
        FAIL,
        /** The run goes on without, and an event says so. */
        CONTINUE
    }

    /** This, with another limit. */
    public RetrievalPolicy withLimit(int value) {
        return new RetrievalPolicy(value, minimumScore, onFailure);
    }

    /** This, leaving out what fits less. */
    public RetrievalPolicy withMinimumScore(double value) {
        return new RetrievalPolicy(limit, value, onFailure);
    }

    /** This, with another way to go on from a failure. */
    public RetrievalPolicy withOnFailure(OnFailure value) {
        return new RetrievalPolicy(limit, minimumScore, value);
    }

    /** What the retriever finds, by this policy, but for failures, which pass through. Empty where it finds nothing. */
    public Mono<RetrievedContent> apply(Retriever retriever, String query) {
        return Retrieval.of(limit, () -> retriever.retrieve(query, limit))
                .map(this::fitting)
                .filter(content -> !content.isEmpty());
    }

    private RetrievedContent fitting(RetrievedContent content) {
        return new RetrievedContent(content.items().stream()
                .filter(item -> item.score() >= minimumScore)
                .toList());
    }
}
