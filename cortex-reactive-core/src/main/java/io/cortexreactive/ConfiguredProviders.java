package io.cortexreactive;

import io.cortexreactive.CortexConfig.ProviderSettings;
import io.cortexreactive.provider.Provider;

/** Makes the providers that a configuration names. */
final class ConfiguredProviders {

    private ConfiguredProviders() {}

    @SuppressWarnings("DoNotCallSuggester")
    static Provider make(String id, ProviderSettings settings) {
        throw new ConfigurationException(
                "Provider '" + id + "' has the type '" + settings.type() + "', which there is not.");
    }
}
