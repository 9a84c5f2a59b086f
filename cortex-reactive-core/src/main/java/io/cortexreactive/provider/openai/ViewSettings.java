package io.cortexreactive.provider.openai;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ServiceAddress;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads a {@link ProviderConfig} as a view's settings. */
final class ViewSettings {

    private static final String EMBEDDING_MODEL = "embedding_model";

    private ViewSettings() {}

    static OpenAiSettings of(OpenAiSettings base, ProviderConfig config) {
        requireKnownOptions(config);
        String embeddingModel = embeddingModel(config);
        return new OpenAiSettings(
                base.id(),
                config.endpoint() == null ? base.baseUrl() : requireAddress(config.endpoint()),
                key(base, config),
                config.model() == null ? base.model() : requireText("model", config.model()),
                embeddingModel == null ? base.embeddingModel() : embeddingModel,
                base.chosenDialect(),
                isElsewhere(base, config) ? base.common().withoutHeaders() : base.common());
    }

    /** The operator's key must not reach a server that a tenant chose. */
    private static @Nullable Secret key(OpenAiSettings base, ProviderConfig config) {
        if (config.apiKey() != null) {
            return config.apiKey();
        }
        return isElsewhere(base, config) ? null : base.apiKey();
    }

    private static boolean isElsewhere(OpenAiSettings base, ProviderConfig config) {
        return config.endpoint() != null && !config.endpoint().equals(base.baseUrl());
    }

    private static void requireKnownOptions(ProviderConfig config) {
        Set<String> unknown = new TreeSet<>(config.options().keySet());
        unknown.remove(EMBEDDING_MODEL);
        if (config.region() != null) {
            unknown.add("region");
        }
        if (!unknown.isEmpty()) {
            throw new ProviderConfigurationException(
                    "OpenAI has no setting '" + String.join("', '", unknown)
                            + "'. It has api_key, endpoint, model and embedding_model.",
                    unknown.iterator().next());
        }
    }

    private static @Nullable String embeddingModel(ProviderConfig config) {
        Object value = config.options().get(EMBEDDING_MODEL);
        if (value == null) {
            return null;
        }
        if (value instanceof String text) {
            return requireText(EMBEDDING_MODEL, text);
        }
        throw new ProviderConfigurationException(
                "OpenAI's setting '" + EMBEDDING_MODEL + "' must be a text.", EMBEDDING_MODEL);
    }

    static String requireText(String name, String value) {
        if (value.isBlank()) {
            throw new ProviderConfigurationException(
                    "OpenAI's setting '" + name + "' is blank. Give it a value, or leave it out.", name);
        }
        return value;
    }

    static URI requireAddress(URI address) {
        if (!ServiceAddress.isUsable(address)) {
            throw new ProviderConfigurationException(
                    "OpenAI's base URL needs http or https and a host, such as http://localhost:11434/v1, without a"
                            + " user or fragment, and is: " + ServiceAddress.shown(address.toString()),
                    "endpoint");
        }
        return address;
    }
}
