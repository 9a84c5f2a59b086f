package io.cortexreactive.benchmarks.langchain4j;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.bedrock.BedrockStreamingChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.chat.response.StreamingHandle;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;

/** The models as they come, Bedrock's with room for many connections. */
public final class LangChain4jClients implements StreamClients {

    private static final int CONNECTIONS = 20_000;

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of(
                "bedrock/langchain4j", server -> client(bedrock(server)),
                "openai/langchain4j", server -> client(openAi(server)));
    }

    private static StreamingChatModel bedrock(URI server) {
        return BedrockStreamingChatModel.builder()
                .client(BedrockRuntimeAsyncClient.builder()
                        .region(Region.US_EAST_1)
                        .endpointOverride(server)
                        .credentialsProvider(StaticCredentialsProvider.create(
                                AwsBasicCredentials.create("AKIDEXAMPLE", "not-a-real-secret")))
                        .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                                .protocol(Protocol.HTTP1_1)
                                .maxConcurrency(CONNECTIONS)
                                .maxPendingConnectionAcquires(CONNECTIONS)
                                .readTimeout(Duration.ofMinutes(5)))
                        .build())
                .modelId("plain")
                .build();
    }

    private static StreamingChatModel openAi(URI server) {
        return OpenAiStreamingChatModel.builder()
                .baseUrl(server.resolve("/v1").toString())
                .apiKey("not-a-real-secret")
                .modelName("plain")
                .timeout(Duration.ofMinutes(5))
                .build();
    }

    /**
     * It has callbacks and no demand, so what the consumer has not taken yet is kept, as its own bridge to Reactor
     * does.
     */
    private static StreamClient client(StreamingChatModel model) {
        return name -> Flux.create(sink -> {
            Bridge bridge = new Bridge(sink);
            sink.onCancel(bridge::cancel);
            model.chat(
                    ChatRequest.builder()
                            .messages(UserMessage.from("Hello?"))
                            .modelName(name)
                            .build(),
                    bridge);
        });
    }

    private static final class Bridge implements StreamingChatResponseHandler {

        private final FluxSink<String> sink;
        private volatile @Nullable StreamingHandle handle;

        Bridge(FluxSink<String> sink) {
            this.sink = sink;
        }

        /** There is a handle from the first piece on. */
        void cancel() {
            StreamingHandle given = handle;
            if (given != null) {
                given.cancel();
            }
        }

        @Override
        public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
            handle = context.streamingHandle();
            if (sink.isCancelled()) {
                cancel();
            } else {
                sink.next(piece.text());
            }
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            sink.complete();
        }

        @Override
        public void onError(Throwable error) {
            sink.error(error);
        }
    }
}
