package io.cortexreactive.retrieval;

/** A way to rank the items of a list. Called where blocking is allowed, by many at a time. */
interface CollectionSearch {

    /** The best items first. */
    RetrievedContent search(String query, int limit);

    /** Ends it, again and again if need be. */
    void close();
}
