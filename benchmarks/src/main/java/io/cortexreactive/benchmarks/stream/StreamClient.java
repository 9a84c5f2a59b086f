package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.Cortex;
import io.cortexreactive.error.Secret;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.provider.bedrock.BedrockTransport;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
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

/** Streams one answer; gives its pieces of text. */
interface StreamClient {

    int CONNECTIONS = 20_000;

    Flux<String> stream(String model);

    /** The client of this name, with what its documentation recommends and room for many connections. */
    static StreamClient of(String name, URI server) {
        return switch (name) {
            case "cortex" -> cortex(server, BedrockTransport.DIRECT);
            case "cortex-sdk" -> cortex(server, BedrockTransport.SDK);
            case "provider" -> provider(server);
            case "aws-sdk" -> awsSdk(server);
            default -> throw new IllegalArgumentException("No client is called " + name);
        };
    }

    private static BedrockProvider bedrock(URI server, BedrockTransport transport) {
        return BedrockProvider.builder()
                .region("us-east-1")
                .endpoint(server)
                .credentials("AKIDEXAMPLE", Secret.of("not-a-real-secret"))
                .transport(transport)
                .maxConnections(CONNECTIONS)
                .build();
    }

    /** All of it: a tenant, events with one subscriber, usage. */
    private static StreamClient cortex(URI server, BedrockTransport transport) {
        Cortex cortex = Cortex.builder().provider(bedrock(server, transport)).build();
        LongAdder seen = new LongAdder();
        cortex.events().on(CortexEvent.class).subscribe(event -> seen.increment());
        TenantContext tenant = TenantContext.builder("acme").build();
        return model -> cortex.chat()
                .text(ChatRequest.builder().model(model).user("Hello?").build())
                .contextWrite(Tenancy.as(tenant));
    }

    private static StreamClient provider(URI server) {
        BedrockProvider provider = bedrock(server, BedrockTransport.DIRECT);
        return model -> provider.stream(
                        ChatRequest.builder().model(model).user("Hello?").build())
                .map(Object::toString);
    }

    private static StreamClient awsSdk(URI server) {
        BedrockRuntimeAsyncClient client = BedrockRuntimeAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(server)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("AKIDEXAMPLE", "not-a-real-secret")))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .protocol(Protocol.HTTP1_1)
                        .maxConcurrency(CONNECTIONS)
                        .maxPendingConnectionAcquires(CONNECTIONS)
                        .readTimeout(Duration.ofMinutes(5)))
                .build();
        return model -> awsStream(client, model);
    }

    private static Flux<String> awsStream(BedrockRuntimeAsyncClient client, String model) {
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
