package io.cortexreactive.retrieval;

import java.util.List;
import org.junit.jupiter.api.Nested;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** All retrievers that are made here. */
class RetrieverContractTests {

    private static final List<String> TEXTS = List.of("a cat", "cat and cat", "the other cat", "no dog");

    /** Gives all it has, whatever the limit. */
    private static Retriever callback() {
        RetrievedContent all = new RetrievedContent(
                TEXTS.stream().map(text -> RetrievedItem.of(text, 1)).toList());
        return Retrievers.callback((query, limit) -> Mono.just(all));
    }

    @Nested
    class Callback extends RetrieverContract {
        @Override
        protected Retriever retriever() {
            return callback();
        }
    }

    @Nested
    class Collection extends RetrieverContract {
        @Override
        protected Retriever retriever() {
            return Retrievers.collection(TEXTS);
        }
    }

    @Nested
    class WordOverlap extends RetrieverContract {
        @Override
        protected Retriever retriever() {
            return Retrievers.collection(TEXTS).wordOverlap();
        }
    }

    @Nested
    class Embedding extends RetrieverContract {
        @Override
        protected Retriever retriever() {
            EmbeddingRetriever retriever = Retrievers.embedding(new WordEmbeddings(), VectorIndex.inMemory());
            retriever
                    .add(Flux.fromIterable(TEXTS).map(text -> Document.of(text, text)))
                    .blockLast();
            return retriever;
        }
    }

    @Nested
    class Fused extends RetrieverContract {
        @Override
        protected Retriever retriever() {
            return Retrievers.fuse(callback(), Retrievers.collection(TEXTS));
        }
    }

    @Nested
    class MinimumScore extends RetrieverContract {
        @Override
        protected Retriever retriever() {
            return callback().minimumScore(0.5);
        }
    }
}
