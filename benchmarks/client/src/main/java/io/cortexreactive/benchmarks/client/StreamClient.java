package io.cortexreactive.benchmarks.client;

import org.reactivestreams.Publisher;

/** A client that has been set up. */
@FunctionalInterface
public interface StreamClient {

    /**
     * Streams one answer: its pieces of text. Each subscription is a call. Where the client takes demand and cancel,
     * they are passed on to it; nothing is added that it does not have. An agent gives the answer of a run, a workflow
     * what {@link Transitions} counts.
     */
    Publisher<String> stream(String model);

    /** How many requests it has sent; 0 where it does not count them. */
    default long requests() {
        return 0;
    }
}
