package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.error.Secret;
import io.cortexreactive.examples.responder.DocumentationScript;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.testing.SimulatedModelServer;

/** Streams an answer. The model is simulated; {@link OnBedrock} asks a real one. */
public final class QuickStart {

    private QuickStart() {}

    /** Runs it. */
    public static void main(String... args) {
        SimulatedModelServer server = SimulatedModelServer.builder()
                .script(DocumentationScript.create())
                .start()
                .blockOptional()
                .orElseThrow();
        Cortex cortex = Cortex.builder()
                .provider(BedrockProvider.builder()
                        .region("us-east-1")
                        .endpoint(server.endpoint())
                        .apiKey(Secret.of("any-key"))
                        .model("any-model")
                        .build())
                .build();

        cortex.chat()
                .text("What happens when I cancel a stream?")
                .doOnNext(System.out::print)
                .blockLast();

        cortex.close().then(server.close()).block();
    }
}
