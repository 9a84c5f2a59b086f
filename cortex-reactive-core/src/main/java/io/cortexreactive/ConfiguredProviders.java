package io.cortexreactive;

import io.cortexreactive.CortexConfig.ProviderSettings;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.bedrock.BedrockProvider;

/** Makes the providers that a configuration names. */
final class ConfiguredProviders {

    private ConfiguredProviders() {}

    static Provider make(String id, ProviderSettings settings) {
        if (settings.type().equals("bedrock")) {
            return bedrock(id, settings);
        }
        throw new ConfigurationException(
                "Provider '" + id + "' has the type '" + settings.type()
                        + "', which there is not. Known is: bedrock. A provider of your own goes to Cortex.builder().provider(..).");
    }

    private static Provider bedrock(String id, ProviderSettings settings) {
        ProviderConfig config = settings.config();
        BedrockProvider.Builder builder = BedrockProvider.builder().id(id).timeouts(settings.timeouts());
        if (config.region() != null) {
            builder.region(config.region());
        }
        if (config.endpoint() != null) {
            builder.endpoint(config.endpoint());
        }
        // What is left are the credentials and the model, which are read as a tenant's are.
        return builder.build().withConfig(config);
    }
}
