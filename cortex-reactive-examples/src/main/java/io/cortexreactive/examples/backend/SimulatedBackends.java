package io.cortexreactive.examples.backend;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.anthropic.AnthropicProvider;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.provider.openai.OpenAiProvider;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.SimulatedModelServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Every provider there is, on one server of this process that speaks the protocol of each. */
public final class SimulatedBackends {

    /** Short, so that a simulated stall is soon seen to be one. */
    private static final ProviderTimeouts TIMEOUTS = ProviderTimeouts.DEFAULTS.withIdle(Duration.ofSeconds(4));

    private static final Secret KEY = Secret.of("operator-key");

    private SimulatedBackends() {}

    /** Starts the server, on loopback. */
    public static Mono<Backends> start(ReplyScript script) {
        return SimulatedModelServer.builder()
                .script(script)
                .start()
                // Building a provider blocks, and the server is told of on its event loop.
                .publishOn(Schedulers.boundedElastic())
                .map(SimulatedBackends::on);
    }

    private static Backends on(SimulatedModelServer server) {
        return new Backends(
                List.of(bedrock(server.endpoint()), anthropic(server.endpoint()), openAi(server.endpoint())), server);
    }

    private static Backend bedrock(URI server) {
        String model = "simulated.extract-v1:0";
        Provider provider = BedrockProvider.builder()
                .endpoint(server)
                .region("us-east-1")
                .apiKey(KEY)
                .model(model)
                .timeouts(TIMEOUTS)
                .build();
        return backend(provider, "Amazon Bedrock", model, "simulated.extract-brief-v1:0");
    }

    private static Backend anthropic(URI server) {
        String model = "simulated-extract-1";
        Provider provider = AnthropicProvider.builder()
                .baseUrl(server)
                .apiKey(KEY)
                .model(model)
                .timeouts(TIMEOUTS)
                .build();
        return backend(provider, "Anthropic", model, "simulated-extract-brief-1");
    }

    private static Backend openAi(URI server) {
        String model = "simulated-extract";
        Provider provider = OpenAiProvider.builder()
                .baseUrl(server.resolve("/v1"))
                .apiKey(KEY)
                .model(model)
                .timeouts(TIMEOUTS)
                .build();
        return backend(provider, "OpenAI", model, "simulated-extract-brief");
    }

    private static Backend backend(Provider provider, String name, String model, String brief) {
        return new Backend(new ObservedProvider(provider, CallTag.SIMULATED), name, model, List.of(model, brief));
    }
}
