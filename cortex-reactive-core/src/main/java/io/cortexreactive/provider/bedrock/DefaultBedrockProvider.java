package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeoutException;
import java.time.Clock;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A thin layer: maps the request and has a transport carry it out. A view is another of these. */
final class DefaultBedrockProvider implements BedrockProvider {

    private final BedrockSettings settings;
    private final BedrockClients clients;
    private final RequestMapper mapper;
    private final ErrorTranslator errors;
    private final SdkTransport sdk;
    private final ConverseCall.Transport transport;
    private final EmbeddingCalls embeddings;

    DefaultBedrockProvider(BedrockSettings settings, BedrockClients clients) {
        this.settings = settings;
        this.clients = clients;
        mapper = new RequestMapper(settings.id(), settings.model(), settings.catalog());
        ServiceErrors service = new ServiceErrors(Clock.systemUTC(), settings.address());
        errors = new ErrorTranslator(service);
        sdk = new SdkTransport(settings, clients, errors);
        embeddings = new EmbeddingCalls(settings, clients, service);
        transport =
                settings.transport() == BedrockTransport.SDK ? sdk : new DirectTransport(settings, clients, service);
    }

    @Override
    public String id() {
        return settings.id();
    }

    @Override
    public ProviderCapabilities capabilities(@Nullable String model) {
        String asked = model == null ? settings.model() : model;
        return asked == null ? settings.catalog().unknown() : settings.catalog().capabilities(asked);
    }

    @Override
    public Flux<Model> models() {
        return Flux.fromIterable(settings.catalog().all());
    }

    @Override
    public Flux<ChatChunk> stream(ChatRequest request) {
        return Flux.defer(() -> call(request));
    }

    private Flux<ChatChunk> call(ChatRequest request) {
        ConverseCall call = mapper.map(request);
        return capabilities(call.model()).has(Capability.STREAMING)
                ? transport.stream(call, request)
                : sdk.whole(call, request);
    }

    @Override
    public Mono<Long> countTokens(ChatRequest request) {
        return Mono.defer(() -> {
            ConverseCall call = mapper.map(request);
            return capabilities(call.model()).has(Capability.TOKEN_COUNTING)
                    ? count(request, call)
                    : Mono.just(TokenEstimate.of(request));
        });
    }

    private Mono<Long> count(ChatRequest request, ConverseCall call) {
        Exchange exchange = new Exchange(settings.id(), call.model(), request, errors);
        return clients.untilClosed(sdk.count(call, exchange).flux(), exchange)
                .next()
                .switchIfEmpty(Mono.error(() -> noCount(exchange.failure())))
                .timeout(settings.timeouts().firstToken())
                .onErrorMap(TimeoutException.class, late -> countTimeout(exchange.failure(), late))
                .onErrorMap(error -> errors.translate(error, exchange))
                .onErrorResume(InvalidRequestException.class, refused -> Mono.just(TokenEstimate.of(request)));
    }

    private static Throwable noCount(ProviderFailure failure) {
        return new GarbledResponseException("The answer has no count in it", failure, null);
    }

    private Throwable countTimeout(ProviderFailure failure, Throwable cause) {
        return new ProviderTimeoutException(
                "No count came within " + settings.timeouts().firstToken().toMillis() + " ms", failure, cause);
    }

    @Override
    public Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
        return embeddings.embed(request);
    }

    @Override
    public BedrockProvider withConfig(ProviderConfig override) {
        return override.isEmpty() ? this : new DefaultBedrockProvider(ViewSettings.of(settings, override), clients);
    }

    @Override
    public Mono<Void> close() {
        return clients.close().doFinally(signal -> settings.credentials().release());
    }
}
