package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
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
final class DefaultAnthropicProvider implements AnthropicProvider {

    private final AnthropicSettings settings;
    private final HttpConnections connections;
    private final Endpoint endpoint;
    private final RequestMapper mapper;
    private final ServiceErrors errors = new ServiceErrors(Clock.systemUTC());

    DefaultAnthropicProvider(AnthropicSettings settings, HttpConnections connections) {
        this.settings = settings;
        this.connections = connections;
        endpoint = new Endpoint(settings);
        mapper = new RequestMapper(settings);
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
        MessagesRequest mapped = mapper.map(request);
        HttpCall http = endpoint.messages(mapped);
        MessageCall call = new MessageCall(exchange(mapped.model(), http), request);
        Flux<ChatChunk> chunks = connections.untilClosed(connections.exchange(http, call), call);
        return StreamTimeouts.apply(chunks, settings.timeouts(), call.received(), call::failure)
                .onErrorResume(call::failed);
    }

    @Override
    public Mono<Long> countTokens(ChatRequest request) {
        return Mono.defer(() -> {
            MessagesRequest mapped = mapper.count(request);
            HttpCall http = endpoint.countTokens(mapped);
            WholeExchange exchange = exchange(mapped.model(), http);
            return whole(http, exchange, json -> TokenCount.read(json, exchange));
        });
    }

    @Override
    public Flux<Model> models() {
        return page(null, 1)
                .expand(page -> page.last() == null ? Mono.empty() : page(page.last(), page.number() + 1))
                .flatMapIterable(ModelList.Page::models);
    }

    private Mono<ModelList.Page> page(@Nullable String after, int number) {
        return Mono.defer(() -> {
            HttpCall http = endpoint.models(after);
            return whole(http, exchange(null, http), new ModelList(settings.catalog(), after, number)::read);
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
    public AnthropicProvider withConfig(ProviderConfig override) {
        return override.isEmpty()
                ? this
                : new DefaultAnthropicProvider(ViewSettings.of(settings, override), connections);
    }

    @Override
    public Mono<Void> close() {
        return connections.close();
    }
}
