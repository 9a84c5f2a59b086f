package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.error.Secret;
import io.cortexreactive.examples.responder.DocumentationScript;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.testing.SimulatedModelServer;
import java.util.function.BiConsumer;

/** What the other examples have in common: a simulated model server, and the front door on a provider that calls it. */
final class Simulation {

    private Simulation() {}

    static void run(BiConsumer<Cortex, SimulatedModelServer> example) {
        SimulatedModelServer server = SimulatedModelServer.builder()
                .script(DocumentationScript.create())
                .start()
                .blockOptional()
                .orElseThrow();
        Cortex cortex = Cortex.builder()
                .provider(BedrockProvider.builder()
                        .region("us-east-1")
                        .endpoint(server.endpoint())
                        .apiKey(Secret.of("operator-key"))
                        .model("any-model")
                        .build())
                .build();
        try {
            example.accept(cortex, server);
        } finally {
            cortex.close().then(server.close()).block();
        }
    }
}
