package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ServiceAddress;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a {@link ProviderConfig} as a view's settings. */
final class ViewSettings {

    private static final String ACCESS_KEY = "access_key_id";
    private static final String SECRET_KEY = "secret_access_key";
    private static final String SESSION_TOKEN = "session_token";
    private static final String EMBEDDING_MODEL = "embedding_model";
    private static final Set<String> KNOWN = Set.of(ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, EMBEDDING_MODEL);

    private static final Pattern REGION = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    private final ProviderConfig config;

    private ViewSettings(ProviderConfig config) {
        this.config = config;
    }

    static BedrockSettings of(BedrockSettings base, ProviderConfig config) {
        ViewSettings view = new ViewSettings(config);
        view.requireKnownOptions();
        return new BedrockSettings(
                base.id(),
                config.region() == null ? base.region() : requireRegion(config.region()),
                config.endpoint() == null ? base.endpoint() : requireAddress(config.endpoint()),
                config.model() == null ? base.model() : requireText("model", config.model()),
                view.embedding(base.embedding()),
                view.credentials(base),
                base.transport(),
                base.timeouts(),
                base.catalog());
    }

    private void requireKnownOptions() {
        Set<String> unknown = new TreeSet<>(config.options().keySet());
        unknown.removeAll(KNOWN);
        if (!unknown.isEmpty()) {
            throw new ProviderConfigurationException(
                    "Bedrock has no setting '" + String.join("', '", unknown)
                            + "'. It has api_key, region, endpoint, model, embedding_model, access_key_id,"
                            + " secret_access_key and session_token.",
                    unknown.iterator().next());
        }
    }

    /** The operator's options are for the operator's model. */
    private @Nullable EmbeddingModel embedding(@Nullable EmbeddingModel base) {
        String own = option(EMBEDDING_MODEL);
        if (own == null) {
            return base;
        }
        return base != null && own.equals(base.id()) ? base : EmbeddingModel.configured(own, Map.of());
    }

    /** Those of the operator must not reach a server that a tenant chose. */
    private BedrockCredentials credentials(BedrockSettings base) {
        BedrockCredentials own = credentials();
        if (own != null) {
            return own;
        }
        if (config.endpoint() == null || config.endpoint().equals(base.endpoint())) {
            return base.credentials();
        }
        throw new ProviderConfigurationException(
                "Bedrock's setting 'endpoint' needs credentials beside it, an api_key or access_key_id and"
                        + " secret_access_key: those of the provider are sent to its own endpoint only.",
                "endpoint");
    }

    private @Nullable BedrockCredentials credentials() {
        String accessKey = option(ACCESS_KEY);
        String secretKey = option(SECRET_KEY);
        String sessionToken = option(SESSION_TOKEN);
        if (accessKey == null && secretKey == null && sessionToken == null) {
            return config.apiKey() == null ? null : BedrockCredentials.apiKey(config.apiKey());
        }
        if (config.apiKey() != null) {
            throw new ProviderConfigurationException(
                    "Bedrock takes an api_key, or access_key_id and secret_access_key, but not both.", "api_key");
        }
        if (accessKey == null || secretKey == null) {
            throw new ProviderConfigurationException(
                    "Bedrock needs access_key_id and secret_access_key together; one of them is missing.",
                    accessKey != null ? ACCESS_KEY : secretKey != null ? SECRET_KEY : SESSION_TOKEN);
        }
        return BedrockCredentials.keys(
                accessKey, Secret.of(secretKey), sessionToken == null ? null : Secret.of(sessionToken));
    }

    private @Nullable String option(String name) {
        Object value = config.options().get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Secret secret) {
            return secret.reveal();
        }
        if (value instanceof String text) {
            return requireText(name, text);
        }
        throw new ProviderConfigurationException("Bedrock's setting '" + name + "' must be a text.", name);
    }

    static String requireText(String name, String value) {
        if (value.isBlank()) {
            throw new ProviderConfigurationException(
                    "Bedrock's setting '" + name + "' is blank. Give it a value, or leave it out.", name);
        }
        return value;
    }

    /** It becomes a part of a host's name. */
    static String requireRegion(String region) {
        if (!REGION.matcher(region).matches()) {
            throw new ProviderConfigurationException(
                    "Bedrock's region must be one such as us-east-1, and is: " + region, "region");
        }
        return region;
    }

    static URI requireAddress(URI endpoint) {
        if (!ServiceAddress.isUsable(endpoint) || endpoint.getRawQuery() != null) {
            throw new ProviderConfigurationException(
                    "Bedrock's endpoint needs http or https and a host, such as http://localhost:8080, without a user,"
                            + " query or fragment, and is: " + ServiceAddress.shown(endpoint.toString()),
                    "endpoint");
        }
        return endpoint;
    }
}
