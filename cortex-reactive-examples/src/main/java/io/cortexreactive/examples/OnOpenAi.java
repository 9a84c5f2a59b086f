package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.openai.OpenAiProvider;
import io.cortexreactive.testing.SimulatedModelServer;
import java.net.URI;

/** The provider for OpenAI, on a simulated server: leave out the address, and give it your key, for the real one. */
public final class OnOpenAi {

    private OnOpenAi() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run((bedrock, server) -> show(server));
    }

    private static void show(SimulatedModelServer server) {
        Cortex cortex = Cortex.builder()
                .provider(OpenAiProvider.builder()
                        .baseUrl(URI.create(server.endpoint() + "/v1"))
                        .apiKey(Secret.of("operator-key"))
                        .model("any-model")
                        .build())
                .build();

        cortex.chat()
                .text("What happens when I cancel a stream?")
                .doOnNext(System.out::print)
                .blockLast();

        System.out.println(
                "\n\nThe server was asked for " + server.calls().get(0).call().model());
        cortex.close().block();
    }
}
