package io.cortexreactive.retrieval;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.tenant.Tenancy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.ContextView;

/** A shelf of vectors for each tenant. The lock is held for steps of maps, and never while vectors are compared. */
final class InMemoryVectorIndex implements VectorIndex {

    /** Beyond so many multiplications, about 0.1 ms, a search leaves the caller's thread. */
    private static final long FEW = 100_000;

    private final int maxDocuments;
    private final boolean forAll;
    private final Map<Optional<String>, VectorShelf> shelves = new HashMap<>();
    private int size;

    InMemoryVectorIndex(int maxDocuments, boolean forAll) {
        if (maxDocuments < 1) {
            throw new RetrieverConfigurationException(
                    "An index holds at least one document, and this one would hold " + maxDocuments + ".", null);
        }
        this.maxDocuments = maxDocuments;
        this.forAll = forAll;
    }

    private <T> Mono<T> asOwner(Function<Optional<String>, Mono<T>> work) {
        return Mono.deferContextual(context -> work.apply(forAll ? Optional.empty() : tenant(context)));
    }

    private static Optional<String> tenant(ContextView context) {
        return Tenancy.tenant(context).flatMap(tenant -> Optional.ofNullable(tenant.id()));
    }

    @Override
    public Mono<Void> add(List<EmbeddedDocument> documents) {
        return asOwner(owner -> Mono.fromRunnable(() -> add(owner, UnitVector.of(documents))));
    }

    private synchronized void add(Optional<String> owner, List<UnitVector> vectors) {
        VectorShelf known = shelves.get(owner);
        VectorShelf shelf = known == null ? new VectorShelf() : known;
        shelf.requireSize(vectors);
        int more = newIds(shelf, vectors);
        if (size + more > maxDocuments) {
            throw new LimitExceededException("Vector index, documents", maxDocuments, (long) size + more);
        }
        vectors.forEach(shelf::put);
        size += more;
        if (!shelf.isEmpty()) {
            shelves.put(owner, shelf);
        }
    }

    private static int newIds(VectorShelf shelf, List<UnitVector> vectors) {
        Set<String> ids = new HashSet<>();
        vectors.forEach(vector -> ids.add(vector.document().id()));
        ids.removeIf(shelf::has);
        return ids.size();
    }

    @Override
    public Mono<Boolean> remove(String id) {
        return asOwner(owner -> Mono.fromCallable(() -> remove(owner, id)));
    }

    private synchronized boolean remove(Optional<String> owner, String id) {
        VectorShelf shelf = shelves.get(owner);
        if (shelf == null || !shelf.remove(id)) {
            return false;
        }
        size--;
        if (shelf.isEmpty()) {
            shelves.remove(owner);
        }
        return true;
    }

    @Override
    public Mono<RetrievedContent> search(float[] vector, int limit) {
        return Retrieval.of(
                limit,
                () -> asOwner(owner -> {
                    UnitVector[] vectors = vectors(owner);
                    Mono<RetrievedContent> nearest = Mono.fromCallable(() -> nearest(vectors, vector, limit));
                    boolean isQuick = (long) vectors.length * vector.length <= FEW;
                    return isQuick ? nearest : nearest.subscribeOn(Schedulers.boundedElastic());
                }));
    }

    private synchronized UnitVector[] vectors(Optional<String> owner) {
        VectorShelf shelf = shelves.get(owner);
        return shelf == null ? VectorShelf.NOTHING : shelf.vectors();
    }

    private static RetrievedContent nearest(UnitVector[] vectors, float[] asked, int limit) {
        float[] query = UnitVector.unit(asked);
        if (vectors.length > 0 && vectors[0].size() != query.length) {
            throw InvalidVectorException.ofSize(vectors[0].size(), query.length);
        }
        Best<Document> best = new Best<>(limit);
        for (UnitVector vector : vectors) {
            best.offer(vector.document(), vector.cosine(query));
        }
        return new RetrievedContent(best.first(Document::found));
    }
}
