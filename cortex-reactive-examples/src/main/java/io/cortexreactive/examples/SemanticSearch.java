package io.cortexreactive.examples;

import io.cortexreactive.retrieval.Document;
import io.cortexreactive.retrieval.EmbeddingRetriever;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.retrieval.Retrievers;
import io.cortexreactive.retrieval.VectorIndex;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds texts by their words, by what they mean, and by both. The model that embeds them runs in this process. */
public final class SemanticSearch {

    static final List<String> TEXTS = List.of(
            "You can bring a jacket back within thirty days and get your money.",
            "Parcels to Norway take five days.",
            "Our shop in Oslo is closed on Sundays.",
            "Gift cards never expire.",
            "Form R-17 is for repairs.");

    private SemanticSearch() {}

    /** Runs it. */
    public static void main(String... args) {
        EmbeddingRetriever byMeaning = Retrievers.embedding(new MiniLm(), VectorIndex.inMemory());
        Retriever byWords = Retrievers.collection(TEXTS);
        Retriever both = Retrievers.fuse(byMeaning, byWords);

        byMeaning.add(documents()).blockLast();
        for (String query : List.of("refund for clothes", "R-17", "weekend opening hours")) {
            print(query, "by words", byWords.retrieve(query, 1));
            print(query, "by meaning", byMeaning.retrieve(query, 1));
            print(query, "by both", both.retrieve(query, 1));
        }
    }

    static Flux<Document> documents() {
        return Flux.fromIterable(TEXTS).index((place, text) -> Document.of("text-" + place, text));
    }

    private static void print(String query, String how, Mono<RetrievedContent> search) {
        search.doOnNext(found -> System.out.println(query + ", " + how + ": " + found.toContext()))
                .block();
    }
}
