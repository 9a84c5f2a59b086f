package io.cortexreactive.retrieval;

import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import java.util.ArrayList;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class DefaultEmbeddingRetriever implements EmbeddingRetriever {

    private static final int ONE_BATCH = 1;

    private final EmbeddingProvider embeddings;
    private final VectorIndex index;
    private final BatchSettings batches;

    DefaultEmbeddingRetriever(EmbeddingProvider embeddings, VectorIndex index, BatchSettings batches) {
        this.embeddings = embeddings;
        this.index = index;
        this.batches = batches;
    }

    @Override
    public EmbeddingRetriever withBatches(int size, int concurrency) {
        return new DefaultEmbeddingRetriever(embeddings, index, new BatchSettings(size, concurrency));
    }

    @Override
    public Mono<RetrievedContent> retrieve(String query, int limit) {
        return Retrieval.of(limit, () -> query.isBlank() ? Mono.just(RetrievedContent.NONE) : nearest(query, limit));
    }

    private Mono<RetrievedContent> nearest(String query, int limit) {
        return embeddings
                .embed(EmbeddingRequest.query(query))
                .flatMap(answer -> index.search(vectors(answer, 1).get(0), limit)
                        .defaultIfEmpty(RetrievedContent.NONE)
                        .map(found -> found.withUsage(answer.usage())));
    }

    @Override
    public Flux<AddedDocuments> add(Publisher<Document> documents) {
        return Flux.from(documents)
                .buffer(batches.size())
                .flatMapSequential(this::addBatch, batches.concurrency(), ONE_BATCH);
    }

    private Mono<AddedDocuments> addBatch(List<Document> batch) {
        List<String> texts = batch.stream().map(Document::content).toList();
        return embeddings
                .embed(EmbeddingRequest.documents(texts))
                .flatMap(answer -> index.add(embedded(batch, answer))
                        .thenReturn(new AddedDocuments(
                                batch.stream().map(Document::id).toList(), answer.usage())));
    }

    private static List<EmbeddedDocument> embedded(List<Document> batch, EmbeddingResponse answer) {
        List<float[]> vectors = vectors(answer, batch.size());
        List<EmbeddedDocument> embedded = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            embedded.add(new EmbeddedDocument(batch.get(i), vectors.get(i)));
        }
        return embedded;
    }

    private static List<float[]> vectors(EmbeddingResponse answer, int texts) {
        if (answer.vectors().size() != texts) {
            throw InvalidVectorException.missing(texts, answer.vectors().size());
        }
        return answer.vectors();
    }

    @Override
    public Mono<Boolean> remove(String id) {
        return index.remove(id);
    }
}
