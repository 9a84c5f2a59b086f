package io.cortexreactive.provider;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cortexreactive.error.Secret;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a provider that may differ by tenant. Null means: as the provider has it. Options may hold credentials,
 * so their values are neither printed nor written as JSON.
 *
 * @param apiKey the key to call with
 * @param region where the service runs
 * @param endpoint the service's address
 * @param model the default model
 * @param options what only this provider knows
 */
public record ProviderConfig(
        @Nullable Secret apiKey,
        @Nullable String region,
        @Nullable URI endpoint,
        @Nullable String model,

        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        Map<String, Object> options) {

    /** Overrides nothing. */
    public static final ProviderConfig NONE = new ProviderConfig(null, null, null, null, Map.of());

    public ProviderConfig {
        options = Map.copyOf(options);
    }

    /** Only another key. */
    public static ProviderConfig ofKey(Secret apiKey) {
        return new ProviderConfig(apiKey, null, null, null, Map.of());
    }

    /**
     * Reads settings as tenants and configuration files give them: {@code api_key}, {@code region}, {@code endpoint},
     * {@code model}; anything else is an option.
     *
     * @throws ProviderConfigurationException if one of the four has the wrong type or is blank
     */
    public static ProviderConfig of(Map<String, Object> settings) {
        Map<String, Object> options = new HashMap<>(settings);
        String key = text(options, "api_key");
        String region = text(options, "region");
        String endpoint = text(options, "endpoint");
        String model = text(options, "model");
        return new ProviderConfig(
                key == null ? null : Secret.of(key), region, endpoint == null ? null : uri(endpoint), model, options);
    }

    private static @Nullable String text(Map<String, Object> settings, String key) {
        Object value = settings.remove(key);
        if (value == null) {
            return null;
        }
        if (value instanceof Secret secret) {
            return secret.reveal();
        }
        if (value instanceof String text && !text.isBlank()) {
            return text;
        }
        throw new ProviderConfigurationException(
                "Provider setting '" + key + "' must be a text that is not blank.", key);
    }

    private static URI uri(String endpoint) {
        URI uri;
        try {
            uri = URI.create(endpoint);
        } catch (IllegalArgumentException e) {
            throw new ProviderConfigurationException(
                    "Provider setting 'endpoint' is no URI: " + ServiceAddress.shown(endpoint), "endpoint");
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw new ProviderConfigurationException(
                    "Provider setting 'endpoint' needs scheme and host, such as http://localhost:8080, and is: "
                            + ServiceAddress.shown(endpoint),
                    "endpoint");
        }
        return uri;
    }

    /** This, with another key where one is given. */
    public ProviderConfig withApiKey(@Nullable Secret key) {
        return key == null ? this : new ProviderConfig(key, region, endpoint, model, options);
    }

    /** Whether nothing is overridden. */
    public boolean isEmpty() {
        return equals(NONE);
    }

    @Override
    public String toString() {
        return "ProviderConfig[apiKey=" + apiKey + ", region=" + region + ", endpoint=" + endpoint + ", model=" + model
                + ", options=" + Secret.masked(options) + "]";
    }
}
