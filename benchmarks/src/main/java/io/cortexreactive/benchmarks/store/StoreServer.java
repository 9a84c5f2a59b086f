package io.cortexreactive.benchmarks.store;

import java.io.IOException;

/** A server that keeps runs, on files of its own. */
public interface StoreServer extends AutoCloseable {

    /** For clients, as a URI. */
    String address();

    /** Version and settings that figures depend on. */
    String describe() throws IOException;

    @Override
    void close() throws IOException;

    /** Starts one. */
    @FunctionalInterface
    interface Start {

        /** Returns when it can be used. */
        StoreServer start() throws IOException;
    }
}
