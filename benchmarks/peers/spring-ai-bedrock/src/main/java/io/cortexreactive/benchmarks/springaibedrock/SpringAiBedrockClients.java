package io.cortexreactive.benchmarks.springaibedrock;

import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.springframework.ai.bedrock.converse.BedrockChatOptions;
import org.springframework.ai.bedrock.converse.BedrockProxyChatModel;
import org.springframework.ai.chat.client.ChatClient;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;

/** The chat client as it comes, with room for many connections. */
public final class SpringAiBedrockClients implements StreamClients {

    private static final int CONNECTIONS = 20_000;

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of("bedrock/spring-ai", SpringAiBedrockClients::bedrock);
    }

    private static StreamClient bedrock(URI server) {
        StaticCredentialsProvider credentials =
                StaticCredentialsProvider.create(AwsBasicCredentials.create("AKIDEXAMPLE", "not-a-real-secret"));
        ChatClient client = ChatClient.create(BedrockProxyChatModel.builder()
                .region(Region.US_EAST_1)
                .credentialsProvider(credentials)
                .bedrockRuntimeAsyncClient(BedrockRuntimeAsyncClient.builder()
                        .region(Region.US_EAST_1)
                        .endpointOverride(server)
                        .credentialsProvider(credentials)
                        .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                                .protocol(Protocol.HTTP1_1)
                                .maxConcurrency(CONNECTIONS)
                                .maxPendingConnectionAcquires(CONNECTIONS)
                                .readTimeout(Duration.ofMinutes(5)))
                        .build())
                .build());
        return model ->
                client
                        .prompt()
                        .options(BedrockChatOptions.builder().model(model).build())
                        .user("Hello?")
                        .stream()
                        .content();
    }
}
