package io.cortexreactive.retrieval;

import io.cortexreactive.message.Usage;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reciprocal-rank fusion: an item's score is the sum of 1 / (k + rank) over the retrievers that found it. */
final class FusedRetriever implements Retriever {

    /** Keeps the first ranks of one retriever from outweighing what the others agree on. */
    static final int K = 60;

    private static final int ASKED_FOR_EACH_WANTED = 2;

    private final List<Retriever> retrievers;

    FusedRetriever(List<Retriever> retrievers) {
        if (retrievers.isEmpty()) {
            throw new RetrieverConfigurationException("There is no retriever to fuse.", null);
        }
        this.retrievers = retrievers;
    }

    @Override
    public Mono<RetrievedContent> retrieve(String query, int limit) {
        return Retrieval.of(limit, () -> {
            int deep = (int) Math.min((long) limit * ASKED_FOR_EACH_WANTED, Integer.MAX_VALUE);
            return Flux.fromIterable(retrievers)
                    .flatMapSequential(retriever -> asked(retriever, query, deep), retrievers.size())
                    .collectList()
                    .map(lists -> fused(lists, limit));
        });
    }

    private static Mono<RetrievedContent> asked(Retriever retriever, String query, int deep) {
        return Retrieval.of(deep, () -> retriever.retrieve(query, deep)).defaultIfEmpty(RetrievedContent.NONE);
    }

    private static RetrievedContent fused(List<RetrievedContent> lists, int limit) {
        Usage usage = lists.stream().map(RetrievedContent::usage).reduce(Usage.NONE, Usage::plus);
        Map<String, Fused> byContent = new LinkedHashMap<>();
        for (RetrievedContent list : lists) {
            Set<String> counted = new HashSet<>();
            int rank = 1;
            for (RetrievedItem item : list.items()) {
                if (counted.add(item.content())) {
                    byContent.computeIfAbsent(item.content(), content -> new Fused(item)).score += 1.0 / (K + rank);
                }
                rank++;
            }
        }
        Best<RetrievedItem> best = new Best<>(limit);
        byContent.values().forEach(fused -> best.offer(fused.item, fused.score));
        return new RetrievedContent(
                        best.first((item, score) -> new RetrievedItem(item.content(), score, item.metadata())))
                .withUsage(usage);
    }

    private static final class Fused {

        private final RetrievedItem item;
        private double score;

        Fused(RetrievedItem item) {
            this.item = item;
        }
    }
}
