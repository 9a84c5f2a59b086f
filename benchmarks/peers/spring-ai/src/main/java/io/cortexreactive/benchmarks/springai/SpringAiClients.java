package io.cortexreactive.benchmarks.springai;

import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.openai.OpenAiChatModel;
import org.springframework.ai.openai.OpenAiChatOptions;

/** The chat client as it comes. */
public final class SpringAiClients implements StreamClients {

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of("openai/spring-ai", SpringAiClients::openAi);
    }

    private static StreamClient openAi(URI server) {
        ChatClient client = ChatClient.create(OpenAiChatModel.builder()
                .options(OpenAiChatOptions.builder()
                        .baseUrl(server.resolve("/v1").toString())
                        .apiKey("not-a-real-secret")
                        .timeout(Duration.ofMinutes(5))
                        .maxRetries(0)
                        .model("plain")
                        .build())
                .build());
        return model -> client.prompt().options(OpenAiChatOptions.builder().model(model)).user("Hello?").stream()
                .content();
    }
}
