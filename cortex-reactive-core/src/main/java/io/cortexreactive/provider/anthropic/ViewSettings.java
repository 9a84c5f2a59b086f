package io.cortexreactive.provider.anthropic;

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

    private ViewSettings() {}

    static AnthropicSettings of(AnthropicSettings base, ProviderConfig config) {
        requireKnownOptions(config);
        return new AnthropicSettings(
                base.id(),
                config.endpoint() == null ? base.baseUrl() : requireAddress(config.endpoint()),
                key(base, config),
                config.model() == null ? base.model() : requireText("model", config.model()),
                isElsewhere(base, config) ? base.common().withoutHeaders() : base.common());
    }

    /** The operator's key must not reach a server that a tenant chose. */
    private static @Nullable Secret key(AnthropicSettings base, ProviderConfig config) {
        if (config.apiKey() != null) {
            return config.apiKey();
        }
        return isElsewhere(base, config) ? null : base.apiKey();
    }

    private static boolean isElsewhere(AnthropicSettings base, ProviderConfig config) {
        return config.endpoint() != null && !config.endpoint().equals(base.baseUrl());
    }

    private static void requireKnownOptions(ProviderConfig config) {
        Set<String> unknown = new TreeSet<>(config.options().keySet());
        if (config.region() != null) {
            unknown.add("region");
        }
        if (!unknown.isEmpty()) {
            throw new ProviderConfigurationException(
                    "Anthropic has no setting '" + String.join("', '", unknown)
                            + "'. It has api_key, endpoint and model.",
                    unknown.iterator().next());
        }
    }

    static String requireText(String name, String value) {
        if (value.isBlank()) {
            throw new ProviderConfigurationException(
                    "Anthropic's setting '" + name + "' is blank. Give it a value, or leave it out.", name);
        }
        return value;
    }

    static URI requireAddress(URI address) {
        if (!ServiceAddress.isUsable(address)) {
            throw new ProviderConfigurationException(
                    "Anthropic's base URL needs http or https and a host, such as https://api.anthropic.com, without a"
                            + " user or fragment, and is: " + ServiceAddress.shown(address.toString()),
                    "endpoint");
        }
        return address;
    }
}
