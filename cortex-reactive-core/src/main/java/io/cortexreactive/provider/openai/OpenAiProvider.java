package io.cortexreactive.provider.openai;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.wire.HttpConnections;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * OpenAI, and any server that speaks its chat completions: Azure, OpenRouter, DeepSeek, Ollama, vLLM, LM Studio and
 * others.
 *
 * <p>{@link #stream} posts to {@code /chat/completions}; it asks for a stream, unless a configured model is known not
 * to. Demand reaches the connection, and a cancel closes it. The answer is complete only when the server has given a
 * {@code finish_reason}; the usage that follows it is estimated where it does not come. Chunks are delivered on an
 * event loop, or on a timer's thread for a timeout. Redirects are not followed.
 *
 * <p>{@code ChatOptions.providerOptions} go into the request as they are, at its top level, and replace what was there:
 * {@code seed}, {@code reasoning_effort}, {@code service_tier}, {@code response_format} and whatever else the server
 * takes. Only {@code model}, {@code messages} and {@code stream} cannot be set so.
 *
 * <p>{@link ChatRequest} parts that no server of this kind knows are left out: cache points, and reasoning where the
 * {@link OpenAiDialect} has no place for it.
 *
 * <p>A view ({@link #withConfig}) shares the connections, with a key, endpoint (the base URL) or model of its own, and
 * the option {@code embedding_model}. With an endpoint of its own it has neither this provider's key nor its
 * {@link Builder#header headers}: they are never sent to an address they were not given for.
 */
public interface OpenAiProvider extends Provider, EmbeddingProvider {

    /** Starts with OpenAI's own address and no key. */
    static Builder builder() {
        return new Builder();
    }

    @Override
    OpenAiProvider withConfig(ProviderConfig override);

    /**
     * The models that the server says it has. Cold: each subscription is one call of {@code GET /models}. What has been
     * configured of a model is told; of others hardly more is known than the id, and sizes that are not are 0.
     */
    @Override
    Flux<Model> models();

    /** Estimated by {@link TokenEstimate}, without a call: servers of this kind have no counter. */
    @Override
    Mono<Long> countTokens(ChatRequest request);

    /** Collects settings; not thread-safe. */
    final class Builder {

        private static final int MAX_CONNECTIONS = 2_000;

        /** There are no more ports to call one address from. */
        private static final int MOST_CONNECTIONS = 65_535;

        private static final URI OPENAI = URI.create("https://api.openai.com/v1");

        private String id = "openai";
        private URI baseUrl = OPENAI;
        private @Nullable Secret apiKey;
        private @Nullable String model;
        private @Nullable String embeddingModel;
        private @Nullable OpenAiDialect dialect;
        private ProviderTimeouts timeouts = ProviderTimeouts.DEFAULTS;
        private List<Model> models = List.of();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private UnaryOperator<HttpClient> custom = UnaryOperator.identity();
        private int maxConnections = MAX_CONNECTIONS;

        private Builder() {}

        /** The name to register it under; {@code openai} by default. */
        public Builder id(String value) {
            id = ViewSettings.requireText("id", value);
            return this;
        }

        /**
         * The server, with its {@code /v1}; {@code https://api.openai.com/v1} by default. A query in it, such as an API
         * version, goes with every call.
         */
        public Builder baseUrl(URI value) {
            baseUrl = ViewSettings.requireAddress(value);
            return this;
        }

        /** The key to call with. None by default, which is right for most local servers; no variable is read. */
        public Builder apiKey(Secret value) {
            apiKey = value;
            return this;
        }

        /** The model for requests that name none. No default. */
        public Builder model(String value) {
            model = ViewSettings.requireText("model", value);
            return this;
        }

        /** The model for embeddings that name none. No default. */
        public Builder embeddingModel(String value) {
            embeddingModel = ViewSettings.requireText("embedding_model", value);
            return this;
        }

        /** What the server takes; by default as its address tells, for this provider and for each view. */
        public Builder dialect(OpenAiDialect value) {
            dialect = value;
            return this;
        }

        /** How long calls may take; {@link ProviderTimeouts#DEFAULTS} by default. Views have the same. */
        public Builder timeouts(ProviderTimeouts value) {
            timeouts = value;
            return this;
        }

        /** The models there are. Once there are any, a request for another is refused before any I/O. */
        public Builder models(List<Model> values) {
            models = List.copyOf(values);
            return this;
        }

        /**
         * Sends a header with every request; not to a view's own endpoint, because it may be a secret. The key, where
         * there is one, goes before an Authorization header.
         */
        public Builder header(String name, String value) {
            headers.put(ViewSettings.requireText("header", name), value);
            return this;
        }

        /**
         * What is spoken; {@link HttpVersion#HTTP_1_1} by default. {@link HttpVersion#HTTP_2} serves where connections
         * are scarce, or calls short or often cancelled; up to 100 then share one.
         */
        public Builder httpVersion(HttpVersion value) {
            version = value;
            return this;
        }

        /**
         * Changes the HTTP client: a proxy, TLS, metrics. TLS that is to negotiate HTTP/2 needs Reactor Netty's
         * {@code Http2SslContextSpec}.
         */
        public Builder httpClient(UnaryOperator<HttpClient> change) {
            custom = change;
            return this;
        }

        /**
         * The most connections to one address, and so the most calls at a time; 2,000 by default. Five times as many
         * calls may wait for one, for {@link ProviderTimeouts#connect()} at most.
         */
        public Builder maxConnections(int value) {
            if (value < 1 || value > MOST_CONNECTIONS) {
                throw new ProviderConfigurationException(
                        "OpenAI's setting 'maxConnections' must be 1 to " + MOST_CONNECTIONS + ", and is " + value,
                        "max_connections");
            }
            maxConnections = value;
            return this;
        }

        /** Builds the provider; opens nothing yet. Blocks while the first one of a process loads TLS. */
        public OpenAiProvider build() {
            OpenAiSettings settings = new OpenAiSettings(
                    id,
                    baseUrl,
                    apiKey,
                    model,
                    embeddingModel,
                    dialect,
                    new OpenAiSettings.Common(Map.copyOf(headers), timeouts, ModelCatalog.of(models)));
            RequestMapper.warmUp();
            return new DefaultOpenAiProvider(
                    settings, HttpConnections.create("cortex-openai", maxConnections, timeouts, version, custom));
        }
    }
}
