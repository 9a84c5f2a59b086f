package io.cortexreactive.provider.anthropic;

import io.cortexreactive.error.Secret;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.wire.HttpConnections;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Anthropic's Messages, and any server that speaks them.
 *
 * <p>{@link #stream} posts to {@code /v1/messages} and asks for a stream. Demand reaches the connection, and a cancel
 * closes it. The answer is complete only when the service has sent {@code message_stop}. Chunks are delivered on an
 * event loop, or on a timer's thread for a timeout. Redirects are not followed.
 *
 * <p>Every request says how many tokens an answer may have, because the service insists. Where the request does not, it
 * is what the {@link Builder#maxTokens builder} says; else 32,000, or what the model has if that is less, and 8,192 for
 * a model that is not known here. A thinking budget that leaves no room for an answer adds 8,192 to itself.
 *
 * <p>{@code ChatOptions.providerOptions} go into the request as they are, at its top level, and replace what was there;
 * objects on both sides are joined. So {@code thinking}, {@code output_config}, {@code metadata},
 * {@code cache_control}, {@code service_tier} and whatever else the service takes. Three are read here: {@code betas},
 * a text or a list, goes into the header; {@code systemCachePoint} and {@code toolsCachePoint} ({@code true},
 * {@code "5m"} or {@code "1h"}) end the cached prefix after the system text or the tools. {@code model},
 * {@code messages} and {@code stream} cannot be set so.
 *
 * <p>Reasoning goes back as it came, with its signature. Reasoning without one is another service's and is left out.
 *
 * <p>A view ({@link #withConfig}) shares the connections, with a key, endpoint (the base URL) or model of its own. With
 * an endpoint of its own it has neither this provider's key nor its {@link Builder#header headers}: they are never sent
 * to an address they were not given for.
 */
public interface AnthropicProvider extends Provider {

    /** Starts with Anthropic's own address and no key. */
    static Builder builder() {
        return new Builder();
    }

    @Override
    AnthropicProvider withConfig(ProviderConfig override);

    /**
     * The models that the service says it has, newest first, with their prices where they are known here. Cold: each
     * subscription makes a call of {@code GET /v1/models} for each page, the next one when somebody wants more.
     */
    @Override
    Flux<Model> models();

    /** The service's own count. Cold: each subscription is one call of {@code POST /v1/messages/count_tokens}. */
    @Override
    Mono<Long> countTokens(ChatRequest request);

    /** Collects settings; not thread-safe. */
    final class Builder {

        private static final int MAX_CONNECTIONS = 2_000;

        /** There are no more ports to call one address from. */
        private static final int MOST_CONNECTIONS = 65_535;

        private static final URI ANTHROPIC = URI.create("https://api.anthropic.com");

        private String id = "anthropic";
        private URI baseUrl = ANTHROPIC;
        private @Nullable Secret apiKey;
        private @Nullable String model;
        private @Nullable Integer maxTokens;
        private ProviderTimeouts timeouts = ProviderTimeouts.DEFAULTS;
        private List<Model> models = List.of();
        private final List<String> betas = new ArrayList<>();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private UnaryOperator<HttpClient> custom = UnaryOperator.identity();
        private int maxConnections = MAX_CONNECTIONS;

        private Builder() {}

        /** The name to register it under; {@code anthropic} by default. */
        public Builder id(String value) {
            id = ViewSettings.requireText("id", value);
            return this;
        }

        /**
         * The server; {@code https://api.anthropic.com} by default. {@code /v1/messages} is added to it; a {@code /v1}
         * at its end does no harm. A query in it goes with every call.
         */
        public Builder baseUrl(URI value) {
            baseUrl = ViewSettings.requireAddress(value);
            return this;
        }

        /** The key to call with. None by default; no variable is read. */
        public Builder apiKey(Secret value) {
            apiKey = value;
            return this;
        }

        /** The model for requests that name none. No default. */
        public Builder model(String value) {
            model = ViewSettings.requireText("model", value);
            return this;
        }

        /** The most tokens of an answer, for requests that do not say. By default it depends on the model. */
        public Builder maxTokens(int value) {
            if (value < 1) {
                throw new ProviderConfigurationException(
                        "Anthropic's setting 'maxTokens' must be at least 1, and is " + value, "max_tokens");
            }
            maxTokens = value;
            return this;
        }

        /** How long calls may take; {@link ProviderTimeouts#DEFAULTS} by default. Views have the same. */
        public Builder timeouts(ProviderTimeouts value) {
            timeouts = value;
            return this;
        }

        /** Models besides the built-in ones. Once there are any, a request for another is refused before any I/O. */
        public Builder models(List<Model> values) {
            models = List.copyOf(values);
            return this;
        }

        /** Asks for a feature that is in beta, with every request. May be called more than once. */
        public Builder beta(String name) {
            betas.add(ViewSettings.requireText("beta", name));
            return this;
        }

        /**
         * Sends a header with every request; not to a view's own endpoint, because it may be a secret. The key, where
         * there is one, goes before an {@code x-api-key} header.
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
                        "Anthropic's setting 'maxConnections' must be 1 to " + MOST_CONNECTIONS + ", and is " + value,
                        "max_connections");
            }
            maxConnections = value;
            return this;
        }

        /** Builds the provider; opens nothing yet. Blocks while the first one of a process loads TLS. */
        public AnthropicProvider build() {
            AnthropicSettings settings = new AnthropicSettings(
                    id,
                    baseUrl,
                    apiKey,
                    model,
                    new AnthropicSettings.Common(
                            Map.copyOf(headers), List.copyOf(betas), maxTokens, timeouts, ModelCatalog.of(models)));
            RequestMapper.warmUp();
            return new DefaultAnthropicProvider(
                    settings, HttpConnections.create("cortex-anthropic", maxConnections, timeouts, version, custom));
        }
    }
}
