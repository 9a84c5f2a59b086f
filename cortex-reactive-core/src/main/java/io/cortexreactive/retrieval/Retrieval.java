package io.cortexreactive.retrieval;

import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** What every retriever of this package keeps to. */
final class Retrieval {

    private Retrieval() {}

    /** Looks on subscription, and gives at most so many, whatever comes. */
    static Mono<RetrievedContent> of(int limit, Supplier<Mono<RetrievedContent>> search) {
        return Mono.defer(() -> limit < 1 ? Mono.error(tooFew(limit)) : search.get())
                .map(found -> found.first(limit));
    }

    private static InvalidRetrievalException tooFew(int limit) {
        return new InvalidRetrievalException("A retriever is asked for at least one item, and was for " + limit + ".");
    }
}
