package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.examples.responder.DocumentationScript;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.testing.ScriptedProvider;

/** Streams an answer. No model answers but a script; {@link OnBedrock} asks a real one. */
public final class QuickStart {

    private QuickStart() {}

    /** Runs it. */
    public static void main(String... args) {
        Provider provider =
                ScriptedProvider.builder().script(DocumentationScript.create()).build();
        Cortex cortex = Cortex.builder().provider(provider).build();

        cortex.chat()
                .text("What happens when I cancel a stream?")
                .doOnNext(System.out::print)
                .blockLast();

        cortex.close().block();
    }
}
