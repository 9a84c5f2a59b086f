package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.provider.anthropic.AnthropicProvider;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The snippets of docs/plugins/provider-anthropic.md. What they do over the wire is tested with the provider. */
class AnthropicGuideTests {

    private static AnthropicProvider provider(String key) {
        AnthropicProvider anthropic = AnthropicProvider.builder()
                .apiKey(Secret.of(key))
                .model("claude-sonnet-5-5")
                .build();

        return anthropic;
    }

    @Test
    void anthropicItself() {
        assertThat(provider("not-a-real-key").id()).isEqualTo("anthropic");
    }

    @Test
    void optionsThatGoAsTheyAre() {
        ChatOptions options = ChatOptions.builder()
                .maxTokens(4_000)
                .providerOption("thinking", Map.of("type", "enabled", "budget_tokens", 2_000))
                .providerOption("output_config", Map.of("effort", "low"))
                .providerOption("systemCachePoint", true)
                .build();

        assertThat(options.providerOptions()).hasSize(3);
    }

    @Test
    void roundOfTools() {
        AnthropicProvider anthropic = provider("not-a-real-key");
        ChatRequest request = ChatRequest.of("Weather?");

        Mono<ChatResponse> round = anthropic
                .chat(request)
                .flatMap(answer -> anthropic.chat(request.toBuilder()
                        .message(answer.message())
                        .message(Message.toolResult(answer.toolCalls().get(0).id(), "cold", false))
                        .build()));

        assertThat(round).isNotNull();
    }
}
