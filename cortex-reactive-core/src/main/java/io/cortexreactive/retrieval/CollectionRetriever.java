package io.cortexreactive.retrieval;

import reactor.core.publisher.Mono;

/**
 * Searches a list that is in memory, on Reactor's bounded elastic scheduler, where it emits as well.
 *
 * <p>By default it ranks by BM25, which takes {@code org.apache.lucene:lucene-core} on the class path; without it a
 * search fails with a {@link RetrieverConfigurationException}. The first search indexes the list, and is slower. The
 * query is plain text: it has no operators, and of its different words the first 1,000 count.
 */
public interface CollectionRetriever extends Retriever {

    /**
     * The same list, ranked by how many of the query's words are in a text: needs no library, knows no rare words, and
     * reads all texts each time. The score is the part of the words that were found, of all that blanks part; words of
     * up to two bytes are never found. Of equal scores those that come first in the list are better.
     */
    CollectionRetriever wordOverlap();

    /**
     * Frees the index; a search after that fails with {@link RetrieverClosedException}. Searches under way still end as
     * they would. Closing is not needed where the retriever itself is let go.
     */
    Mono<Void> close();
}
