package io.cortexreactive.provider;

/** What an embedding is for. Models that do not tell them apart ignore it. */
public enum Purpose {
    /** To search with. */
    QUERY,
    /** To be found. */
    DOCUMENT
}
