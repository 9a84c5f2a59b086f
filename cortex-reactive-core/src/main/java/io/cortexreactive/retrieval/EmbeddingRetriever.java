package io.cortexreactive.retrieval;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds documents by what they mean. A blank query finds nothing, and embeds nothing. What it cost to embed another one
 * is the {@link RetrievedContent#usage()}; of a search that fails afterwards it is not told.
 */
public interface EmbeddingRetriever extends Retriever {

    /** This with other requests for documents: so many texts in each, and so many at a time; 96 and 4 by default. */
    EmbeddingRetriever withBatches(int size, int concurrency);

    /**
     * Embeds documents on subscription and puts them into the index, a batch after the other, in order. Asks for as
     * many documents as the requests at a time take, and then for more as the batches are taken off. Ends with the
     * first error: what was emitted before it, and perhaps the batches under way, can be found.
     *
     * @return what has been added; can be found once it is emitted
     */
    Flux<AddedDocuments> add(Publisher<Document> documents);

    /** Removes a document from the index; false if there was none of this id. */
    Mono<Boolean> remove(String id);
}
