package io.cortexreactive.retrieval;

import io.cortexreactive.error.LimitExceededException;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * How a retriever is used before a model is asked.
 *
 * @param limit the most items to ask for
 * @param minimumScore what fits less is left out; how scores read, the retriever says
 * @param maxCharacters the most characters of context, at least 100: the last items that do not fit are left out, and
 *     where the best alone is longer, its end. A model is told all of it in each iteration, beside the window of memory
 * @param timeout how long the retriever may take
 * @param onFailure what becomes of the run if the retriever fails
 */
public record RetrievalPolicy(
        int limit, double minimumScore, int maxCharacters, Duration timeout, OnFailure onFailure) {

    private static final int LEAST_CHARACTERS = 100;

    /** Five items, whatever their score; 20,000 characters, about 5,000 tokens; 10 s; a failure fails the run. */
    public static final RetrievalPolicy DEFAULTS = new RetrievalPolicy(
            Retriever.DEFAULT_LIMIT, Double.NEGATIVE_INFINITY, 20_000, Duration.ofSeconds(10), OnFailure.FAIL);

    public RetrievalPolicy {
        if (limit < 1) {
            throw new LimitExceededException("least items to retrieve", 1, limit);
        }
        if (maxCharacters < LEAST_CHARACTERS) {
            throw new LimitExceededException("least characters to retrieve", LEAST_CHARACTERS, maxCharacters);
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new InvalidRetrievalException("A retriever must have some time to answer, and has " + timeout + ".");
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
        return new RetrievalPolicy(value, minimumScore, maxCharacters, timeout, onFailure);
    }

    /** This, leaving out what fits less. */
    public RetrievalPolicy withMinimumScore(double value) {
        return new RetrievalPolicy(limit, value, maxCharacters, timeout, onFailure);
    }

    /** This, with more context or less. */
    public RetrievalPolicy withMaxCharacters(int value) {
        return new RetrievalPolicy(limit, minimumScore, value, timeout, onFailure);
    }

    /** This, with more time or less. */
    public RetrievalPolicy withTimeout(Duration value) {
        return new RetrievalPolicy(limit, minimumScore, maxCharacters, value, onFailure);
    }

    /** This, with another way to go on from a failure. */
    public RetrievalPolicy withOnFailure(OnFailure value) {
        return new RetrievalPolicy(limit, minimumScore, maxCharacters, timeout, value);
    }

    /**
     * What the retriever finds, by this policy, but for failures, which pass through. A retriever that takes too long
     * is cancelled, and fails with {@link RetrievalTimeoutException}. Where it finds nothing there are no items, and
     * there may be usage.
     */
    public Mono<RetrievedContent> apply(Retriever retriever, String query) {
        return Retrieval.of(limit, () -> retriever.retrieve(query, limit))
                .timeout(timeout, Mono.error(() -> new RetrievalTimeoutException(timeout)))
                .map(this::fitting);
    }

    private RetrievedContent fitting(RetrievedContent content) {
        RetrievedContent good = content.withItems(content.items().stream()
                .filter(item -> item.score() >= minimumScore)
                .toList());
        return ContextLimit.within(good, maxCharacters);
    }
}
