package io.cortexreactive.provider.openai;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.StreamTimeouts;
import io.cortexreactive.provider.wire.CallState;
import io.cortexreactive.provider.wire.HttpCall;
import io.cortexreactive.provider.wire.HttpConnections;
import io.cortexreactive.provider.wire.TransportErrors;
import java.time.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A thin layer: maps the request and has it carried out. A view is another of these. */
final class DefaultOpenAiProvider implements OpenAiProvider {

    private final OpenAiSettings settings;
    private final HttpConnections connections;
    private final Endpoint endpoint;
    private final RequestMapper mapper;
    private final EmbeddingMapper embeddings;
    private final ServiceErrors errors = new ServiceErrors(Clock.systemUTC());

    DefaultOpenAiProvider(OpenAiSettings settings, HttpConnections connections) {
        this.settings = settings;
        this.connections = connections;
        endpoint = new Endpoint(settings);
        mapper = new RequestMapper(settings);
        embeddings = new EmbeddingMapper(settings);
    }

    @Override
    public String id() {
        return settings.id();
    }

    @Override
    public ProviderCapabilities capabilities(@Nullable String model) {
        return settings.catalog().capabilities(model == null ? settings.model() : model);
    }

    @Override
    public Flux<ChatChunk> stream(ChatRequest request) {
        return Flux.defer(() -> call(request));
    }

    private Flux<ChatChunk> call(ChatRequest request) {
        CompletionRequest mapped = mapper.map(request);
        HttpCall http = endpoint.chat(mapped);
        CompletionCall call = new CompletionCall(exchange(mapped.model(), http), request);
        Flux<ChatChunk> chunks = connections.untilClosed(connections.exchange(http, call), call);
        return StreamTimeouts.apply(chunks, settings.timeouts(), call.received(), call::failure)
                .onErrorResume(call::failed);
    }

    @Override
    public Mono<Long> countTokens(ChatRequest request) {
        return Mono.fromSupplier(() -> TokenEstimate.of(request));
    }

    @Override
    public Flux<Model> models() {
        return Flux.defer(() -> {
            HttpCall http = endpoint.models();
            ModelList list = new ModelList(settings.catalog());
            return whole(http, exchange(null, http), list::read).flatMapIterable(models -> models);
        });
    }

    @Override
    public Mono<EmbeddingResponse> embed(EmbeddingRequest request) {
        return Mono.defer(() -> {
            String model = embeddings.model(request);
            HttpCall http = endpoint.embeddings(embeddings.body(request, model));
            WholeExchange exchange = exchange(model, http);
            EmbeddingReader reader = new EmbeddingReader(request, model, exchange);
            return whole(http, exchange, reader::read);
        });
    }

    private WholeExchange exchange(@Nullable String model, HttpCall http) {
        return new WholeExchange(settings.id(), model, http, errors);
    }

    private <T> Mono<T> whole(HttpCall http, WholeExchange exchange, Function<byte[], T> read) {
        return connections
                .untilClosed(connections.exchange(http, exchange), exchange)
                .next()
                .map(read)
                .timeout(settings.timeouts().firstToken(), Mono.error(() -> timeout(exchange)))
                .onErrorMap(error -> TransportErrors.translate(error, exchange));
    }

    private Throwable timeout(CallState call) {
        return new ProviderTimeoutException(
                "No answer came within " + settings.timeouts().firstToken(), call.failure(), null);
    }

    @Override
    public OpenAiProvider withConfig(ProviderConfig override) {
        return override.isEmpty() ? this : new DefaultOpenAiProvider(ViewSettings.of(settings, override), connections);
    }

    @Override
    public Mono<Void> close() {
        return connections.close();
    }
}
