package io.cortexreactive.memory;

/** Conversations in a store, and whose turn it is in each. Keep one for a store. Thread-safe. */
public final class Conversations {

    private Conversations() {}

    /** In the memory of this process. */
    public static Conversations inMemory() {
        return new Conversations();
    }
}
