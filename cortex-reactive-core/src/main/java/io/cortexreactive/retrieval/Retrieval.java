package io.cortexreactive.retrieval;

import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** What every retriever keeps to; for those of your own, too. */
public final class Retrieval {

    private Retrieval() {}

    /**
     * Looks on subscription, and gives at most so many items, whatever comes.
     *
     * @param search called once for each subscription
     * @return fails with {@link InvalidRetrievalException}, without a search, if {@code limit} is below 1
     */
    public static Mono<RetrievedContent> of(int limit, Supplier<Mono<RetrievedContent>> search) {
        return Mono.defer(() -> limit < 1 ? Mono.error(tooFew(limit)) : search.get())
                .map(found -> found.first(limit));
    }

    private static InvalidRetrievalException tooFew(int limit) {
        return new InvalidRetrievalException("A retriever is asked for at least one item, and was for " + limit + ".");
    }
}
