package io.cortexreactive.memory;

/** What is left out of a conversation that is too long. */
public enum Truncation {

    /** The oldest. */
    OLDEST,

    /**
     * What lies between the first exchange and the latest. The first exchange is what a user said first and what
     * followed, as far as that takes no more than half of the limit.
     */
    MIDDLE
}
