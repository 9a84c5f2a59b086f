package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.testing.SimulatedModelServer;
import io.cortexreactive.testing.WireCall;

/** Takes 20 pieces of a long answer, then cancels: the connection to the provider closes, and it stops writing. */
public final class Cancel {

    private Cancel() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(Cancel::show);
    }

    private static void show(Cortex cortex, SimulatedModelServer server) {
        cortex.chat()
                .text("Read everything")
                .doOnNext(System.out::print)
                .take(20)
                .blockLast();

        WireCall call = server.call(1).blockOptional().orElseThrow();
        System.out.println(
                "\n\nThe server says: " + call.closed().block() + ", after " + call.framesWritten() + " frames");
    }
}
