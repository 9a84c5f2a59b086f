package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.openai.OpenAiDialect;
import io.cortexreactive.provider.openai.OpenAiProvider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The snippets of docs/plugins/provider-openai.md. What they do over the wire is tested with the provider. */
class OpenAiGuideTests {

    @Test
    void openAiItself() {
        String key = "not-a-real-key";

        OpenAiProvider openAi = OpenAiProvider.builder()
                .apiKey(Secret.of(key))
                .model("gpt-4o-mini")
                .embeddingModel("text-embedding-3-small")
                .build();

        Mono<EmbeddingResponse> vectors = openAi.embed(EmbeddingRequest.documents(List.of("A fox.", "A dog.")));

        assertThat(vectors).isNotNull();
        assertThat(openAi.id()).isEqualTo("openai");
    }

    @Test
    void serversOfOnesOwn() {
        OpenAiProvider ollama = OpenAiProvider.builder()
                .id("ollama")
                .baseUrl(URI.create("http://localhost:11434/v1"))
                .model("qwen3:8b")
                .build();

        OpenAiProvider vllm = OpenAiProvider.builder()
                .id("vllm")
                .baseUrl(URI.create("http://localhost:8000/v1"))
                .dialect(OpenAiDialect.VLLM)
                .model("Qwen/Qwen3-8B")
                .build();

        assertThat(ollama.id()).isNotEqualTo(vllm.id());
    }

    @Test
    void optionsThatGoAsTheyAre() {
        ChatOptions options = ChatOptions.builder()
                .maxTokens(500)
                .providerOption("seed", 7)
                .providerOption("reasoning_effort", "low")
                .providerOption("response_format", Map.of("type", "json_object"))
                .build();

        assertThat(options.providerOptions()).hasSize(3);
    }
}
