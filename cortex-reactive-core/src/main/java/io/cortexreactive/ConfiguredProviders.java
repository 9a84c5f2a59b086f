package io.cortexreactive;

import io.cortexreactive.CortexConfig.ProviderSettings;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.anthropic.AnthropicProvider;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.provider.openai.OpenAiProvider;

/** Makes the providers that a configuration names. */
final class ConfiguredProviders {

    private ConfiguredProviders() {}

    /** @param source the provider's section of the file, to say where a mistake is */
    static Provider make(String id, ProviderSettings settings, ConfigNode source) {
        try {
            return switch (settings.type()) {
                case "bedrock" -> bedrock(id, settings);
                case "openai" -> openAi(id, settings);
                case "anthropic" -> anthropic(id, settings);
                default -> throw unknown(settings.type(), source);
            };
        } catch (ProviderConfigurationException e) {
            throw ConfigReader.wrong(source, e);
        }
    }

    /** Without a {@code type} the id is the type. */
    private static ConfigurationException unknown(String type, ConfigNode source) {
        String problem = "names the type of provider '" + type
                + "', which there is not. Known are: bedrock, openai, anthropic. A provider of your own goes to"
                + " Cortex.builder().provider(..).";
        return source.has("type") ? source.wrong("type", problem) : source.wrong(problem);
    }

    private static Provider bedrock(String id, ProviderSettings settings) {
        ProviderConfig config = settings.config();
        ProviderSetup setup = settings.setup();
        BedrockProvider.Builder builder = BedrockProvider.builder().id(id).timeouts(settings.timeouts());
        if (config.region() != null) {
            builder.region(config.region());
        }
        if (config.endpoint() != null) {
            builder.endpoint(config.endpoint());
        }
        if (setup.transport() != null) {
            builder.transport(setup.transport());
        }
        if (setup.maxConnections() != null) {
            builder.maxConnections(setup.maxConnections());
        }
        setup.headers().forEach(builder::header);
        // What is left are the credentials and the model, which are read as a tenant's are.
        return builder.build().withConfig(config);
    }

    private static Provider openAi(String id, ProviderSettings settings) {
        ProviderSetup setup = settings.setup();
        OpenAiProvider.Builder builder = OpenAiProvider.builder().id(id).timeouts(settings.timeouts());
        if (settings.config().endpoint() != null) {
            builder.baseUrl(settings.config().endpoint());
        }
        if (setup.dialect() != null) {
            builder.dialect(setup.dialect());
        }
        if (setup.maxConnections() != null) {
            builder.maxConnections(setup.maxConnections());
        }
        setup.headers().forEach(builder::header);
        return builder.build().withConfig(settings.config());
    }

    private static Provider anthropic(String id, ProviderSettings settings) {
        ProviderSetup setup = settings.setup();
        AnthropicProvider.Builder builder = AnthropicProvider.builder().id(id).timeouts(settings.timeouts());
        if (settings.config().endpoint() != null) {
            builder.baseUrl(settings.config().endpoint());
        }
        if (setup.maxTokens() != null) {
            builder.maxTokens(setup.maxTokens());
        }
        if (setup.maxConnections() != null) {
            builder.maxConnections(setup.maxConnections());
        }
        setup.headers().forEach(builder::header);
        return builder.build().withConfig(settings.config());
    }
}
