package io.cortexreactive.testing;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.auth.token.credentials.StaticTokenProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.auth.scheme.BearerAuthScheme;
import software.amazon.awssdk.http.auth.spi.scheme.AuthSchemeOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClientBuilder;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlock;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDelta;
import software.amazon.awssdk.services.bedrockruntime.model.ContentBlockDeltaEvent;
import software.amazon.awssdk.services.bedrockruntime.model.ConversationRole;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.Message;

/** The AWS SDK's own client, as the peer that knows nothing of this project. */
final class SdkPeer implements AutoCloseable {

    static final String MODEL = "anthropic.claude-sonnet-4-5-20250929-v1:0";

    private final BedrockRuntimeAsyncClient client;

    private SdkPeer(BedrockRuntimeAsyncClient client) {
        this.client = client;
    }

    static SdkPeer signing(URI endpoint, String accessKeyId) {
        return new SdkPeer(builder(endpoint)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKeyId, "not-a-secret")))
                .build());
    }

    static SdkPeer bearing(URI endpoint, String key) {
        return new SdkPeer(builder(endpoint)
                .tokenProvider(StaticTokenProvider.create(() -> key))
                .authSchemeProvider(params -> List.of(AuthSchemeOption.builder()
                        .schemeId(BearerAuthScheme.SCHEME_ID)
                        .build()))
                .build());
    }

    private static BedrockRuntimeAsyncClientBuilder builder(URI endpoint) {
        return BedrockRuntimeAsyncClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
                .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()));
    }

    BedrockRuntimeAsyncClient client() {
        return client;
    }

    static Message user(String text) {
        return Message.builder()
                .role(ConversationRole.USER)
                .content(ContentBlock.fromText(text))
                .build();
    }

    Answer stream(String question) {
        return stream(request -> request.messages(user(question)));
    }

    Answer stream(Consumer<ConverseStreamRequest.Builder> request) {
        List<ConverseStreamOutput> events = Collections.synchronizedList(new ArrayList<>());
        ConverseStreamResponseHandler handler =
                ConverseStreamResponseHandler.builder().subscriber(events::add).build();
        return new Answer(events, client.converseStream(builder -> request.accept(builder.modelId(MODEL)), handler));
    }

    @Override
    public void close() {
        client.close();
    }

    record Answer(List<ConverseStreamOutput> events, CompletableFuture<Void> done) {

        String text() {
            return deltas().stream()
                    .map(ContentBlockDelta::text)
                    .filter(text -> text != null)
                    .collect(Collectors.joining());
        }

        List<ContentBlockDelta> deltas() {
            return only(ContentBlockDeltaEvent.class).stream()
                    .map(ContentBlockDeltaEvent::delta)
                    .toList();
        }

        <E> List<E> only(Class<E> type) {
            return events.stream().filter(type::isInstance).map(type::cast).toList();
        }

        List<String> types() {
            return events.stream().map(event -> event.sdkEventType().toString()).toList();
        }
    }
}
