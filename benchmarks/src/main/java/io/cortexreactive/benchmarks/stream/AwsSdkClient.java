package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDeltaEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** The AWS SDK's asynchronous client on Netty, with room for many connections. */
public final class AwsSdkClient implements StreamClients {

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of("bedrock/aws-sdk", AwsSdkClient::create);
    }

    private static StreamClient create(URI server) {
        BedrockRuntimeAsyncClient client = BedrockRuntimeAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(server)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("AKIDEXAMPLE", "not-a-real-secret")))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .protocol(Protocol.HTTP1_1)
                        .maxConcurrency(CortexClients.CONNECTIONS)
                        .maxPendingConnectionAcquires(CortexClients.CONNECTIONS)
                        .readTimeout(Duration.ofMinutes(5)))
                .build();
        return model -> stream(client, model);
    }

    private static Publisher<String> stream(BedrockRuntimeAsyncClient client, String model) {
        return Mono.<Flux<ConverseStreamOutput>>create(sink -> {
                    ConverseStreamResponseHandler handler = ConverseStreamResponseHandler.builder()
                            .onEventStream(events -> sink.success(Flux.from(events)))
                            .onError(sink::error)
                            .build();
                    CompletableFuture<Void> call = client.converseStream(
                            request -> request.modelId(model)
                                    .messages(Message.builder()
                                            .role(ConversationRole.USER)
                                            .content(ContentBlock.fromText("Hello?"))
                                            .build()),
                            handler);
                    sink.onCancel(() -> call.cancel(true));
                })
                .flatMapMany(events -> events)
                .ofType(ContentBlockDeltaEvent.class)
                .map(event -> event.delta().text());
    }
}
