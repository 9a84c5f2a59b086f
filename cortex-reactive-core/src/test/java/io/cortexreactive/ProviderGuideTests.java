package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.provider.bedrock.BedrockTransport;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.netty.transport.ProxyProvider;
import reactor.test.StepVerifier;

/** What {@code docs/plugins/provider.md} and {@code provider-bedrock.md} show, compiled and run. Calls nothing. */
class ProviderGuideTests {

    @Test
    void providersAreRegisteredAndFound() {
        Cortex cortex = Cortex.builder()
                .provider(BedrockProvider.builder()
                        .region("us-east-1")
                        .model("anthropic.claude-sonnet-4-5-20250929-v1:0")
                        .build())
                .build();

        Flux<Model> models = cortex.provider("bedrock").models();
        ChatClient chat = cortex.chat("bedrock");

        assertThat(chat).isNotNull();
        StepVerifier.create(models.take(1)).expectNextCount(1).verifyComplete();
        cortex.close().block();
    }

    @Test
    void bedrockTakesAKey() {
        String key = "a-key";

        BedrockProvider provider = BedrockProvider.builder()
                .region("us-east-1")
                .apiKey(Secret.of(key))
                .model("anthropic.claude-sonnet-4-5-20250929-v1:0")
                .build();

        assertThat(provider.id()).isEqualTo("bedrock");
        provider.close().block();
    }

    @Test
    void bedrockHasTwoTransports() {
        BedrockProvider.Builder sdk = BedrockProvider.builder().transport(BedrockTransport.SDK);
        BedrockProvider.Builder behindProxy = BedrockProvider.builder()
                .httpClient(client -> client.proxy(proxy -> proxy.type(ProxyProvider.Proxy.HTTP)
                        .host("proxy.example.com")
                        .port(3128)));

        for (BedrockProvider.Builder builder : new BedrockProvider.Builder[] {sdk, behindProxy}) {
            BedrockProvider provider = builder.region("us-east-1").build();
            assertThat(provider.id()).isEqualTo("bedrock");
            provider.close().block();
        }
    }

    @Test
    void aProviderNeedsOneMethod() {
        Cortex cortex = Cortex.builder().provider(new EchoProvider()).build();

        StepVerifier.create(cortex.chat().send(ChatRequest.of("Hello?")).map(ChatResponse::text))
                .expectNext("Hello?")
                .verifyComplete();
        cortex.close().block();
    }

    static final class EchoProvider implements Provider {
        @Override
        public String id() {
            return "echo";
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return ProviderCapabilities.of(Capability.STREAMING);
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            String last = request.messages().get(request.messages().size() - 1).text();
            Usage usage = Usage.estimated(TokenEstimate.of(request), TokenEstimate.of(last));
            return Flux.just(new TextDelta(0, last), new ChatCompleted(StopReason.END_TURN, usage, null, Map.of()));
        }
    }
}
