package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.EmbeddingProvider;
import io.cortexreactive.provider.EmbeddingRequest;
import io.cortexreactive.provider.EmbeddingResponse;
import io.cortexreactive.provider.HttpVersion;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;

/**
 * Models on Amazon Bedrock, through its Converse API; and embeddings of Amazon Titan and Cohere, through InvokeModel.
 *
 * <p>{@link #stream} calls ConverseStream, or Converse for a model that is known not to stream. Demand reaches the
 * connection, and a cancel closes it. The answer is complete only when Bedrock has sent {@code messageStop}; the usage
 * that follows it is estimated where it does not come. Chunks are delivered on an event loop of this provider's own, or
 * on a timer's thread for a timeout.
 *
 * <p>{@code ChatOptions.providerOptions} may hold {@code guardrailConfig} (an object of {@code guardrailIdentifier},
 * {@code guardrailVersion}, {@code trace}, {@code streamProcessingMode}), {@code additionalModelRequestFields} (an
 * object), {@code additionalModelResponseFieldPaths} (a list), {@code performanceConfig} ({@code "standard"} or
 * {@code "optimized"}), {@code serviceTier}, {@code requestMetadata} (an object of texts), {@code systemCachePoint} and
 * {@code toolsCachePoint} ({@code true}, {@code "5m"} or {@code "1h"}). Every other option goes to the model, as a
 * field of {@code additionalModelRequestFields}.
 *
 * <p>A view ({@link #withConfig}) shares the connections. Its options are {@code access_key_id},
 * {@code secret_access_key}, {@code session_token} and {@code embedding_model}; an {@code apiKey} is a Bedrock API key.
 * What it does not override it has of this provider, the credentials included. With an endpoint of its own it needs
 * credentials of its own: neither those of this provider nor its {@link Builder#header headers} are sent to an address
 * they were not given for.
 */
public interface BedrockProvider extends Provider, EmbeddingProvider {

    /** Starts with the AWS SDK's own ways to find credentials and region. */
    static Builder builder() {
        return new Builder();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Amazon Titan takes one text a call, and Cohere 96: more are sent in several calls, up to eight at a time.
     */
    @Override
    Mono<EmbeddingResponse> embed(EmbeddingRequest request);

    @Override
    BedrockProvider withConfig(ProviderConfig override);

    /** Collects settings; not thread-safe. */
    final class Builder {

        private static final int MAX_CONNECTIONS = 2_000;

        /** A client has no more ports for one address. */
        private static final int MOST_CONNECTIONS = 65_535;

        private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
        private static final Pattern HEADER_VALUE = Pattern.compile("[\\t\\x20-\\x7e\\x80-\\xff]*");
        private static final String REGION_BEHIND_AN_ENDPOINT = "us-east-1";

        private String id = "bedrock";
        private @Nullable String region;
        private @Nullable URI endpoint;
        private @Nullable String model;
        private @Nullable EmbeddingModel embedding;
        private @Nullable BedrockCredentials credentials;
        private ProviderTimeouts timeouts = ProviderTimeouts.DEFAULTS;
        private List<Model> models = List.of();
        private final Map<String, String> headers = new LinkedHashMap<>();
        private BedrockTransport transport = BedrockTransport.DIRECT;
        private HttpVersion version = HttpVersion.HTTP_1_1;
        private UnaryOperator<HttpClient> custom = UnaryOperator.identity();
        private int maxConnections = MAX_CONNECTIONS;

        private Builder() {}

        /** The name to register it under; {@code bedrock} by default. */
        public Builder id(String value) {
            id = ViewSettings.requireText("id", value);
            return this;
        }

        /**
         * The region to call, such as {@code us-east-1}. By default as the AWS SDK finds it; with an endpoint and
         * nothing found, {@code us-east-1}, which then only matters to the signature.
         */
        public Builder region(String value) {
            region = ViewSettings.requireRegion(value);
            return this;
        }

        /** Another address to call, such as a VPC endpoint or a simulator; by default the region's own. */
        public Builder endpoint(URI value) {
            endpoint = ViewSettings.requireAddress(value);
            return this;
        }

        /** Signs requests with this key. Replaces credentials given before. */
        public Builder credentials(String accessKeyId, Secret secretKey) {
            credentials =
                    BedrockCredentials.keys(ViewSettings.requireText("access_key_id", accessKeyId), secretKey, null);
            return this;
        }

        /** Signs requests with this temporary key. Replaces credentials given before. */
        public Builder credentials(String accessKeyId, Secret secretKey, Secret sessionToken) {
            credentials = BedrockCredentials.keys(
                    ViewSettings.requireText("access_key_id", accessKeyId), secretKey, sessionToken);
            return this;
        }

        /** Calls with a Bedrock API key. Replaces credentials given before. */
        public Builder apiKey(Secret key) {
            credentials = BedrockCredentials.apiKey(key);
            return this;
        }

        /** The model for requests that name none: a model id, an inference profile or an ARN. No default. */
        public Builder model(String value) {
            model = ViewSettings.requireText("model", value);
            return this;
        }

        /** The model for embeddings that name none; see {@link #embeddingModel(String, Map)}. No default. */
        public Builder embeddingModel(String value) {
            return embeddingModel(value, Map.of());
        }

        /**
         * The model for embeddings that name none: a text embedding model of Amazon Titan or Cohere. Its options go
         * with calls of it and of no other model.
         *
         * @param options fields of its own request, such as {@code dimensions} and {@code normalize} for Titan,
         *     {@code truncate} and {@code output_dimension} for Cohere
         * @throws ProviderConfigurationException if it is no such model
         */
        public Builder embeddingModel(String value, Map<String, Object> options) {
            embedding = EmbeddingModel.configured(ViewSettings.requireText("embedding_model", value), options);
            return this;
        }

        /**
         * How long calls may take; {@link ProviderTimeouts#DEFAULTS} by default. Views have the same: {@code connect}
         * belongs to the connections that they share.
         */
        public Builder timeouts(ProviderTimeouts value) {
            timeouts = value;
            return this;
        }

        /**
         * Adds models to the built-in ones, or replaces those of the same id. Once there are any, a request for a model
         * that is neither here nor built in is refused before any I/O.
         *
         * <p>The built-in ones are current as of July 2026. Their prices are examples: give your own where they matter.
         */
        public Builder models(List<Model> values) {
            models = List.copyOf(values);
            return this;
        }

        /**
         * Sends a header with every request, besides those that the SDK sends; not to a view's own endpoint, because it
         * may be a secret.
         */
        public Builder header(String name, String value) {
            if (!HEADER_NAME.matcher(name).matches()
                    || !HEADER_VALUE.matcher(value).matches()) {
                throw new ProviderConfigurationException(
                        "Bedrock's header '" + name
                                + "' cannot be sent: a name has no spaces, a value no line breaks or other control characters.");
            }
            headers.put(name, value);
            return this;
        }

        /** What carries streams; {@link BedrockTransport#DIRECT} by default. */
        public Builder transport(BedrockTransport value) {
            transport = value;
            return this;
        }

        /**
         * What the direct transport speaks; {@link HttpVersion#HTTP_1_1} by default, which serves best where calls are
         * cancelled seldom and connections are cheap: a lost packet holds up one call alone. {@link HttpVersion#HTTP_2}
         * serves where connections are scarce, as behind a NAT or a firewall that counts them, or where calls are short
         * or often cancelled, since each new connection costs a handshake. Up to 100 calls then share one.
         */
        public Builder httpVersion(HttpVersion value) {
            version = value;
            return this;
        }

        /**
         * Changes the HTTP client of the direct transport: a proxy, TLS, metrics. TLS that is to negotiate HTTP/2 needs
         * Reactor Netty's {@code Http2SslContextSpec}.
         */
        public Builder httpClient(UnaryOperator<HttpClient> change) {
            custom = change;
            return this;
        }

        /**
         * The most connections to one address, and so with HTTP/1.1 the most calls at a time; 2,000 by default, 65,535
         * at most. Five times as many calls may wait for one, for {@link ProviderTimeouts#connect()} at most.
         */
        public Builder maxConnections(int value) {
            if (value < 1 || value > MOST_CONNECTIONS) {
                throw new ProviderConfigurationException(
                        "Bedrock's setting 'maxConnections' must be from 1 to " + MOST_CONNECTIONS + ", and is "
                                + value,
                        "max_connections");
            }
            maxConnections = value;
            return this;
        }

        /**
         * Builds the provider and loads what the AWS SDK needs, which takes a moment and blocks. Calls nothing, except
         * that the SDK may ask this machine's metadata service for a region that is set nowhere.
         *
         * @throws ProviderConfigurationException if there is no region
         */
        public BedrockProvider build() {
            String callRegion = region == null ? findRegion() : region;
            BedrockCredentials caller = credentials == null ? BedrockCredentials.defaultChain() : credentials;
            BedrockClients clients =
                    new BedrockClients(endpoint, maxConnections, timeouts, Map.copyOf(headers), version, custom);
            clients.warmUp(callRegion, endpoint);
            return new DefaultBedrockProvider(
                    new BedrockSettings(
                            id,
                            callRegion,
                            endpoint,
                            model,
                            embedding,
                            caller,
                            transport,
                            timeouts,
                            ModelCatalog.of(models)),
                    clients);
        }

        private String findRegion() {
            try {
                return endpoint == null
                        ? DefaultAwsRegionProviderChain.builder()
                                .build()
                                .getRegion()
                                .id()
                        : new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
                                .getRegion()
                                .id();
            } catch (SdkClientException e) {
                if (endpoint != null) {
                    return REGION_BEHIND_AN_ENDPOINT;
                }
                throw new ProviderConfigurationException(
                        "Bedrock needs a region. Set it with"
                                + " BedrockProvider.builder().region(..), AWS_REGION, or in the AWS profile.",
                        "region");
            }
        }
    }
}
