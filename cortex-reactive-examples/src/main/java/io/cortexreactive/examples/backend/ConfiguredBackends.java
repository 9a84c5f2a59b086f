package io.cortexreactive.examples.backend;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.anthropic.AnthropicProvider;
import io.cortexreactive.provider.bedrock.BedrockProvider;
import io.cortexreactive.provider.openai.OpenAiProvider;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real providers that the environment has settings for. */
public final class ConfiguredBackends {

    private static final String OPENAI_HOST = "api.openai.com";
    private static final String ANTHROPIC_HOST = "api.anthropic.com";

    private ConfiguredBackends() {}

    /**
     * Makes them; none if nothing is set. Blocks.
     *
     * @param settings by provider
     * @param everyTenantHasKey whether Bedrock needs no credentials of this process
     * @throws ModelSetupException if one of them cannot be used, saying which variable is wrong
     */
    public static List<Backend> make(Map<String, ProviderSettings> settings, boolean everyTenantHasKey) {
        return Stream.of(
                        bedrock(settings.get("bedrock"), everyTenantHasKey),
                        anthropic(settings.get("anthropic")),
                        openAi(settings.get("openai")))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }

    /** In the region and with the credentials of the AWS default chains. */
    private static @Nullable Backend bedrock(@Nullable ProviderSettings settings, boolean everyTenantHasKey) {
        if (settings == null || settings.model() == null) {
            return null;
        }
        if (!everyTenantHasKey) {
            BedrockAccess.check();
        }
        try {
            Provider provider =
                    BedrockProvider.builder().model(settings.model()).build();
            return backend(provider, "Amazon Bedrock", settings, CallTag.BEDROCK);
        } catch (ProviderConfigurationException e) {
            throw new ModelSetupException("CORTEX_BEDROCK_MODEL is set, but: " + e.getMessage(), e);
        }
    }

    /** OpenAI, or whatever speaks its protocol at {@code OPENAI_BASE_URL}; a server of one's own may need no key. */
    private static @Nullable Backend openAi(@Nullable ProviderSettings settings) {
        if (settings == null || (settings.apiKey() == null && settings.baseUrl() == null)) {
            return null;
        }
        OpenAiProvider.Builder builder = OpenAiProvider.builder();
        String name = "OpenAI";
        if (settings.baseUrl() != null) {
            URI address = address("OPENAI_BASE_URL", "http://localhost:11434/v1", settings.baseUrl());
            builder.baseUrl(address);
            name = named(name, OPENAI_HOST, address);
        }
        if (settings.apiKey() != null) {
            builder.apiKey(Secret.of(settings.apiKey()));
        }
        if (settings.model() != null) {
            builder.model(settings.model());
        }
        return backend(builder.build(), name, settings, null);
    }

    /** Its maker takes nobody without a key. */
    private static @Nullable Backend anthropic(@Nullable ProviderSettings settings) {
        if (settings == null || (settings.apiKey() == null && settings.baseUrl() == null)) {
            return null;
        }
        if (settings.apiKey() == null) {
            throw new ModelSetupException(
                    "ANTHROPIC_BASE_URL is set, but ANTHROPIC_API_KEY is not. Set both, or CORTEX_SIMULATE=true.",
                    null);
        }
        AnthropicProvider.Builder builder = AnthropicProvider.builder().apiKey(Secret.of(settings.apiKey()));
        String name = "Anthropic";
        if (settings.baseUrl() != null) {
            URI address = address("ANTHROPIC_BASE_URL", "https://" + ANTHROPIC_HOST, settings.baseUrl());
            builder.baseUrl(address);
            name = named(name, ANTHROPIC_HOST, address);
        }
        if (settings.model() != null) {
            builder.model(settings.model());
        }
        return backend(builder.build(), name, settings, null);
    }

    private static String named(String name, String usualHost, URI address) {
        return usualHost.equals(address.getHost()) ? name : name + " at " + address.getHost();
    }

    private static Backend backend(Provider provider, String name, ProviderSettings settings, @Nullable CallTag tag) {
        return new Backend(new ObservedProvider(provider, tag), name, settings.model(), List.of());
    }

    private static URI address(String variable, String example, String text) {
        try {
            URI address = URI.create(text);
            if (address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw notAnAddress(variable, example, text, e);
        }
        throw notAnAddress(variable, example, text, null);
    }

    /** Leaves out where an address may have a key: before its host, and in its query. */
    private static ModelSetupException notAnAddress(
            String variable, String example, String text, @Nullable Throwable cause) {
        String shown = text.replaceAll("//.*@", "//***@").replaceAll("\\?.*", "?***");
        return new ModelSetupException(variable + " takes an address such as " + example + ", and is: " + shown, cause);
    }
}
