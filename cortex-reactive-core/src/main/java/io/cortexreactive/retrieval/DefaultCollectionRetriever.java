package io.cortexreactive.retrieval;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Keeps the search, which blocks or takes long, off the caller's thread. */
final class DefaultCollectionRetriever implements CollectionRetriever {

    private final CollectionItems items;
    private final CollectionSearch search;

    DefaultCollectionRetriever(CollectionItems items) {
        this(items, new Bm25(items));
    }

    private DefaultCollectionRetriever(CollectionItems items, CollectionSearch search) {
        this.items = items;
        this.search = search;
    }

    @Override
    public Mono<RetrievedContent> retrieve(String query, int limit) {
        return Retrieval.of(
                limit,
                () -> Mono.fromCallable(() -> search.search(query, limit)).subscribeOn(Schedulers.boundedElastic()));
    }

    @Override
    public CollectionRetriever wordOverlap() {
        return new DefaultCollectionRetriever(items, new WordOverlap(items));
    }

    @Override
    public Mono<Void> close() {
        return Mono.<Void>fromRunnable(search::close).subscribeOn(Schedulers.boundedElastic());
    }
}
