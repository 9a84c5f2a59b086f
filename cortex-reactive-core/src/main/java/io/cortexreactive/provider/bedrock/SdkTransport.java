package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.StreamTimeouts;
import io.cortexreactive.provider.wire.PromptEnd;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamRequest;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;
import software.amazon.awssdk.services.bedrockruntime.model.CountTokensResponse;

/** The AWS SDK carries the request and reads what comes. Also knows how to ask a model that cannot stream. */
final class SdkTransport implements ConverseCall.Transport {

    private final BedrockSettings settings;
    private final BedrockClients clients;
    private final ErrorTranslator errors;

    SdkTransport(BedrockSettings settings, BedrockClients clients, ErrorTranslator errors) {
        this.settings = settings;
        this.clients = clients;
        this.errors = errors;
    }

    @Override
    public Flux<ChatChunk> stream(ConverseCall call, ChatRequest request) {
        Exchange exchange = exchange(call, request);
        return inTime(PromptEnd.of(events(call, exchange), exchange::isComplete).handle(exchange::decode), exchange);
    }

    /** The whole answer of Converse, as chunks. */
    Flux<ChatChunk> whole(ConverseCall call, ChatRequest request) {
        Exchange exchange = exchange(call, request);
        return inTime(answer(call, exchange).flatMapMany(exchange::decode), exchange);
    }

    private Exchange exchange(ConverseCall call, ChatRequest request) {
        return new Exchange(settings.id(), call.model(), request, errors);
    }

    private Flux<ChatChunk> inTime(Flux<ChatChunk> chunks, Exchange exchange) {
        return StreamTimeouts.apply(
                        clients.untilClosed(chunks, exchange),
                        settings.timeouts(),
                        exchange.received(),
                        exchange::failure)
                .concatWith(Flux.defer(exchange::end))
                .onErrorResume(exchange::failed);
    }

    /**
     * The events of one ConverseStream call. Demand reaches the connection; a cancel closes it, before the response as
     * after. Completes at the end of the body, whatever was in it.
     */
    private Flux<ConverseStreamOutput> events(ConverseCall call, Exchange exchange) {
        return ready(exchange).flatMapMany(ready -> open(ready.client, call.stream(ready.pin), exchange::responded));
    }

    private Mono<ConverseResponse> answer(ConverseCall call, Exchange exchange) {
        return ready(exchange).flatMap(ready -> Mono.fromFuture(() -> ready.client.converse(call.whole(ready.pin))));
    }

    /** The errors are the SDK's own. */
    Mono<Long> count(ConverseCall call, Exchange exchange) {
        return ready(exchange)
                .flatMap(ready -> Mono.fromFuture(() -> ready.client.countTokens(call.count(ready.pin))))
                .mapNotNull(CountTokensResponse::inputTokens)
                .map(Integer::longValue);
    }

    private Mono<Ready> ready(Exchange exchange) {
        return settings.caller()
                .doOnNext(caller -> exchange.sent(caller.secrets(clients.headers(settings.endpoint()))))
                .flatMap(caller -> clients.client(settings.region(), settings.endpoint())
                        .map(client -> new Ready(client, caller.pin())));
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

    /**
     * Takes the publisher of events from the SDK and hands it on. From there its own Reactive Streams signals count:
     * the SDK's future also succeeds after a cancel and after a cut, so of it only a failure before the hand-over
     * matters.
     */
    static final class StreamHandoff implements ConverseStreamResponseHandler {

        private final MonoSink<SdkPublisher<ConverseStreamOutput>> sink;
        private final Consumer<ConverseStreamResponse> onResponse;
        private final AtomicBoolean handedOver = new AtomicBoolean();

        StreamHandoff(MonoSink<SdkPublisher<ConverseStreamOutput>> sink, Consumer<ConverseStreamResponse> onResponse) {
            this.sink = sink;
            this.onResponse = onResponse;
        }

        @Override
        public void responseReceived(ConverseStreamResponse response) {
            onResponse.accept(response);
        }

        @Override
        public void onEventStream(SdkPublisher<ConverseStreamOutput> publisher) {
            if (!handedOver.compareAndSet(false, true)) {
                throw new IllegalStateException("The SDK called the model a second time, which nobody asked it to do");
            }
            sink.success(publisher);
        }

        @Override
        public void exceptionOccurred(Throwable error) {
            // The future says it too, once.
        }

        @Override
        public void complete() {
            // The publisher says it too, in order.
        }

        /** The future is done. */
        void ended(@Nullable Throwable error) {
            if (handedOver.compareAndSet(false, true)) {
                if (error == null) {
                    sink.success();
                } else {
                    sink.error(error);
                }
            }
        }
    }
}
