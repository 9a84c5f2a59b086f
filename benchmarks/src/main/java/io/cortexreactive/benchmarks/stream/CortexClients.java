package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.Cortex;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import io.cortexreactive.error.Secret;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.GuardrailRegistry;
import io.cortexreactive.guardrail.GuardrailSettings;
import io.cortexreactive.guardrail.Guardrails;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.provider.bedrock.BedrockTransport;
import io.cortexreactive.provider.openai.OpenAiProvider;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** This project's clients: the full path of {@code ChatClient}, and a provider alone. */
public final class CortexClients implements StreamClients {

    static final int CONNECTIONS = 20_000;

    private static final ProviderTimeouts PATIENT = ProviderTimeouts.DEFAULTS.withIdle(Duration.ofMinutes(5));

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of(
                "bedrock/cortex", server -> full(bedrock(server, BedrockTransport.DIRECT)),
                "bedrock/cortex-guarded", server -> guarded(bedrock(server, BedrockTransport.DIRECT)),
                "bedrock/cortex-sdk", server -> full(bedrock(server, BedrockTransport.SDK)),
                "bedrock/cortex-provider", server -> alone(bedrock(server, BedrockTransport.DIRECT)),
                "openai/cortex", server -> full(openAi(server)),
                "openai/cortex-provider", server -> alone(openAi(server)));
    }

    private static Provider bedrock(URI server, BedrockTransport transport) {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(server)
                .credentials("AKIDEXAMPLE", Secret.of("not-a-real-secret"))
                .transport(transport)
                .timeouts(PATIENT)
                .maxConnections(CONNECTIONS)
                .build();
    }

    private static Provider openAi(URI server) {
        return OpenAiProvider.builder()
                .baseUrl(server.resolve("/v1"))
                .apiKey(Secret.of("not-a-real-secret"))
                .timeouts(PATIENT)
                .maxConnections(CONNECTIONS)
                .build();
    }

    /** All of it: a tenant, events with one subscriber, usage. */
    private static StreamClient full(Provider provider) {
        Cortex cortex = Cortex.builder().provider(provider).build();
        LongAdder seen = new LongAdder();
        cortex.events().on(CortexEvent.class).subscribe(event -> seen.increment());
        TenantContext tenant = TenantContext.builder("acme").build();
        return model -> cortex.chat().text(request(model)).contextWrite(Tenancy.as(tenant));
    }

    /**
     * The same with personal data masked, of which there is none. The last word of an answer comes by itself, since it
     * could have gone on; so there is one chunk more, which is left out.
     */
    private static StreamClient guarded(Provider provider) {
        GuardrailRegistry guardrails = GuardrailRegistry.create(EventPublisher.none());
        guardrails.register(PiiGuardrail.create());
        Cortex cortex = Cortex.builder()
                .provider(provider)
                .interceptor(Guardrails.output(
                        guardrails, GuardrailSettings.DEFAULTS.withOutput("pii"), EventPublisher.none()))
                .build();
        LongAdder seen = new LongAdder();
        cortex.events().on(CortexEvent.class).subscribe(event -> seen.increment());
        TenantContext tenant = TenantContext.builder("acme").build();
        return model -> cortex.chat().text(request(model)).skip(1).contextWrite(Tenancy.as(tenant));
    }

    private static StreamClient alone(Provider provider) {
        return model -> provider.stream(request(model)).ofType(TextDelta.class).map(TextDelta::text);
    }

    private static ChatRequest request(String model) {
        return ChatRequest.builder().model(model).user("Hello?").build();
    }
}
