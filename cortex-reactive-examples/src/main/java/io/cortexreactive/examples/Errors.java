package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.error.Transient;
import io.cortexreactive.provider.ProviderException;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.testing.SimulatedModelServer;
import reactor.core.publisher.Mono;

/** What goes wrong has a type: which, whether trying again can help, and what had come by then. */
public final class Errors {

    private Errors() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(Errors::show);
    }

    private static void show(Cortex cortex, SimulatedModelServer server) {
        cortex.chat()
                .text("Simulate throttling")
                .onErrorResume(
                        RateLimitedException.class,
                        limited -> Mono.just("Limited, again in "
                                + limited.retryAfter().orElseThrow().toSeconds() + " s"))
                .doOnNext(System.out::println)
                .blockLast();

        cortex.chat()
                .text("Simulate a cut")
                .onErrorResume(
                        StreamInterruptedException.class,
                        broken -> Mono.just(
                                "\nBroken after " + broken.partialText().length() + " characters"))
                .doOnNext(System.out::print)
                .blockLast();

        cortex.chat()
                .text("Simulate a refused key")
                .onErrorResume(
                        ProviderException.class,
                        failed -> Mono.just("\n" + failed.getMessage() + "\nTrying again can help: "
                                + (failed instanceof Transient)))
                .doOnNext(System.out::println)
                .blockLast();
    }
}
