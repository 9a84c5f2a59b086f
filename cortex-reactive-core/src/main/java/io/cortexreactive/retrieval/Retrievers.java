package io.cortexreactive.retrieval;

import io.cortexreactive.provider.EmbeddingProvider;
import java.util.List;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Makes retrievers. None of them gives more items than it is asked for, and a limit below 1 is refused. */
public final class Retrievers {

    /** The key of a map that holds its text unless another one is given. */
    static final String CONTENT = "content";

    private Retrievers() {}

    /**
     * Asks a function, with the query and the limit. It is called on Reactor's bounded elastic scheduler, so it may
     * take its time; what it throws is the error.
     */
    public static Retriever callback(BiFunction<String, Integer, Mono<RetrievedContent>> callback) {
        return (query, limit) ->
                Retrieval.of(limit, () -> called(callback, query, limit).subscribeOn(Schedulers.boundedElastic()));
    }

    private static Mono<RetrievedContent> called(
            BiFunction<String, Integer, Mono<RetrievedContent>> callback, String query, int limit) {
        return Mono.defer(() -> {
            Mono<RetrievedContent> found = callback.apply(query, limit);
            return found == null
                    ? Mono.error(new InvalidRetrievalException(
                            "The callback of a retriever gave null. Where nothing is found, give an empty Mono."))
                    : found;
        });
    }

    /**
     * Searches a list of texts, of maps that have their text under {@code content}, or of {@link RetrievedItem}s.
     *
     * @throws RetrieverConfigurationException if an item is null
     */
    public static CollectionRetriever collection(List<?> items) {
        return collection(items, CONTENT);
    }

    /**
     * Searches a list of texts, of maps, or of {@link RetrievedItem}s. A map is the metadata of its item.
     *
     * @param items copied as a list; anything else in it counts by its {@code toString}
     * @param contentKey where a map has its text; one that has none is never found
     * @throws RetrieverConfigurationException if an item is null
     */
    public static CollectionRetriever collection(List<?> items, String contentKey) {
        return new DefaultCollectionRetriever(CollectionItems.of(items, contentKey));
    }

    /**
     * Finds documents by what they mean. They are embedded, and so is each query, and the nearest are given. A call
     * that has a tenant in its Reactor Context embeds with that tenant's key and settings.
     */
    public static EmbeddingRetriever embedding(EmbeddingProvider provider, VectorIndex index) {
        return new DefaultEmbeddingRetriever(perTenant(provider), index, BatchSettings.DEFAULTS);
    }

    /**
     * The provider as the tenant of each call has it: with the key and the settings of the one in the Reactor Context,
     * and as it is where there is none. For retrievers of your own; those that are made here do so by themselves.
     */
    public static EmbeddingProvider perTenant(EmbeddingProvider provider) {
        return new TenantEmbeddings(provider);
    }

    /**
     * Asks several retrievers at once, and puts first what they agree on, by reciprocal-rank fusion (Cormack, Clarke
     * and Büttcher, SIGIR 2009, with their k of 60). Only ranks count, since scores of different retrievers do not
     * compare. Each is asked for twice as many items as are wanted. Items of the same text are one, with the metadata
     * that the first of the retrievers gave. If one fails, so does the search, and the others are cancelled.
     *
     * @throws RetrieverConfigurationException if there is none
     */
    public static Retriever fuse(Retriever... retrievers) {
        return new FusedRetriever(List.of(retrievers));
    }

    /**
     * Leaves out what scores less than {@code minimum}.
     *
     * @throws InvalidRetrievalException if it is no number
     */
    public static Retriever minimumScore(Retriever retriever, double minimum) {
        if (Double.isNaN(minimum)) {
            throw new InvalidRetrievalException("The minimum score is no number.");
        }
        return (query, limit) ->
                Retrieval.of(limit, () -> retriever.retrieve(query, limit)).map(found -> atLeast(minimum, found));
    }

    private static RetrievedContent atLeast(double minimum, RetrievedContent found) {
        return found.withItems(
                found.items().stream().filter(item -> item.score() >= minimum).toList());
    }
}
