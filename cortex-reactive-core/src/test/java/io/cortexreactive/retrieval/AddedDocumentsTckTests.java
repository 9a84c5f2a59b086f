package io.cortexreactive.retrieval;

import java.time.Duration;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK against {@link EmbeddingRetriever#add}. */
public final class AddedDocumentsTckTests extends PublisherVerification<AddedDocuments> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();

    /** The id of every document, so that the index stays as small as it is. */
    private static final String ID = "a";

    public AddedDocumentsTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    @Override
    public Publisher<AddedDocuments> createPublisher(long elements) {
        return added(Flux.generate(() -> 0L, (state, sink) -> {
            if (state < elements) {
                sink.next(Document.of(ID, "text"));
            } else {
                sink.complete();
            }
            return state + 1;
        }));
    }

    @Override
    public Publisher<AddedDocuments> createFailedPublisher() {
        return added(Flux.error(new IllegalStateException("for the test")));
    }

    private static Flux<AddedDocuments> added(Flux<Document> documents) {
        return Retrievers.embedding(new WordEmbeddings(), VectorIndex.inMemory())
                .withBatches(1, 2)
                .add(documents);
    }
}
