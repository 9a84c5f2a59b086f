package io.cortexreactive.examples.app;

import io.cortexreactive.error.Secret;
import io.cortexreactive.examples.responder.DocumentationScript;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.SimulatedModelServer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The model that answers: one on Amazon Bedrock, or one that this process simulates and that the same provider calls
 * over the same protocol.
 *
 * @param provider calls it
 * @param model its name, for people
 * @param server what simulates it; null for a real one
 */
record ModelBackend(
        Provider provider, String model, @Nullable SimulatedModelServer server) {

    /** The provider's id, under which tenants keep their keys for it. */
    static final String PROVIDER = "bedrock";

    private static final String SIMULATED_MODEL = "documentation-extract";
    /** Short, so that a simulated stall is soon seen to be one. */
    private static final Duration SIMULATED_IDLE = Duration.ofSeconds(4);

    /**
     * A model on Bedrock, in the region and with the credentials of the AWS default chains.
     *
     * @throws ModelSetupException if no region is known
     */
    static ModelBackend onBedrock(String model) {
        try {
            Provider provider =
                    BedrockProvider.builder().id(PROVIDER).model(model).build();
            return new ModelBackend(provider, model + " on Amazon Bedrock", null);
        } catch (ProviderConfigurationException e) {
            throw new ModelSetupException("CORTEX_BEDROCK_MODEL is set, but: " + e.getMessage(), e);
        }
    }

    /** Starts a model server on loopback. */
    static Mono<ModelBackend> simulated(ReplyScript script) {
        return SimulatedModelServer.builder()
                .script(script)
                .start()
                // Building a provider blocks, and the server is told of on its event loop.
                .publishOn(Schedulers.boundedElastic())
                .map(server -> new ModelBackend(provider(server), "simulated: " + SIMULATED_MODEL, server));
    }

    private static Provider provider(SimulatedModelServer server) {
        return BedrockProvider.builder()
                .id(PROVIDER)
                .endpoint(server.endpoint())
                .region("us-east-1")
                .apiKey(Secret.of("operator-key"))
                .model(SIMULATED_MODEL)
                .timeouts(ProviderTimeouts.DEFAULTS.withIdle(SIMULATED_IDLE))
                .build();
    }

    boolean isSimulated() {
        return server != null;
    }

    /** What people must know of the answers before they read one. */
    String notice() {
        return isSimulated()
                ? "No language model answers here. An extractive responder looks your words up in this project's own"
                        + " documentation and quotes what stands there, through a simulated model server that speaks"
                        + " Amazon Bedrock's wire protocol. Everything between that server and this page is the real"
                        + " thing."
                : "Answers come from " + model + ". Each costs what Bedrock charges for it.";
    }

    /** Questions that make the provider fail. */
    List<String> failures() {
        return isSimulated() ? DocumentationScript.demonstrations() : List.of();
    }

    /** Ends the simulated server; the provider is closed by whoever it was given to. */
    Mono<Void> close() {
        return server == null ? Mono.empty() : server.close();
    }
}
