package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ProviderFailure;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponse;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensResponse;

/** Makes one call through the SDK, with the client and the identity of a view. Errors are the SDK's own. */
final class BedrockWire {

    private final BedrockClients clients;
    private final BedrockSettings settings;

    BedrockWire(BedrockClients clients, BedrockSettings settings) {
        this.clients = clients;
        this.settings = settings;
    }

    /**
     * The events of one ConverseStream call. Demand reaches the connection; a cancel closes it, before the response as
     * after. Completes at the end of the body, whatever was in it.
     */
    Flux<ConverseStreamOutput> stream(ConverseCall call, Consumer<ConverseStreamResponse> onResponse) {
        return ready().flatMapMany(ready -> open(ready.client, call.stream(ready.pin), onResponse));
    }

    Mono<ConverseResponse> whole(ConverseCall call) {
        return ready().flatMap(ready -> Mono.fromFuture(() -> ready.client.converse(call.whole(ready.pin))));
    }

    Mono<Long> count(ConverseCall call) {
        return ready().flatMap(ready -> Mono.fromFuture(() -> ready.client.countTokens(call.count(ready.pin))))
                .map(CountTokensResponse::inputTokens)
                .map(Integer::longValue);
    }

    private Mono<Ready> ready() {
        return settings.credentials()
                .pin()
                .onErrorMap(this::noCredentials)
                .flatMap(pin ->
                        clients.client(settings.region(), settings.endpoint()).map(client -> new Ready(client, pin)));
    }

    private Throwable noCredentials(Throwable error) {
        return new AuthenticationException(
                "No AWS credentials were found: " + error.getMessage() + " Set them with BedrockProvider.builder()"
                        + " .credentials(..) or .apiKey(..), or in one of the places the AWS SDK looks.",
                ProviderFailure.of(settings.id(), settings.model()),
                error);
    }

    private static Flux<ConverseStreamOutput> open(
            BedrockRuntimeAsyncClient client,
            ConverseStreamRequest request,
            Consumer<ConverseStreamResponse> onResponse) {
        return Mono.<SdkPublisher<ConverseStreamOutput>>create(sink -> {
                    StreamHandoff handoff = new StreamHandoff(sink, onResponse);
                    CompletableFuture<Void> call = client.converseStream(request, handoff);
                    sink.onCancel(() -> call.cancel(true));
                    CompletableFuture<Void> unused = call.whenComplete((done, error) -> handoff.ended(error));
                })
                .flatMapMany(Function.identity());
    }

    private record Ready(BedrockRuntimeAsyncClient client, AwsRequestOverrideConfiguration pin) {}
}
