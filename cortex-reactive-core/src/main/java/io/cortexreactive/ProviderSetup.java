package io.cortexreactive;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.bedrock.BedrockTransport;
import io.cortexreactive.provider.openai.OpenAiDialect;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the application alone says of a provider, and no tenant. Null means: as the provider has it. A header may be a
 * secret, so the values are not printed.
 *
 * @param dialect what a server that speaks OpenAI's protocol takes
 * @param transport what carries Bedrock's streams
 * @param maxConnections the most connections to one address
 * @param maxTokens the most tokens of an answer of Anthropic's, for requests that do not say
 * @param headers sent with every request to the provider's own address
 */
public record ProviderSetup(
        @Nullable OpenAiDialect dialect,
        @Nullable BedrockTransport transport,
        @Nullable Integer maxConnections,
        @Nullable Integer maxTokens,
        Map<String, String> headers) {

    /** As each provider has it. */
    public static final ProviderSetup DEFAULTS = new ProviderSetup(null, null, null, null, Map.of());

    public ProviderSetup {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return "ProviderSetup[dialect=" + dialect + ", transport=" + transport + ", maxConnections=" + maxConnections
                + ", maxTokens=" + maxTokens + ", headers=" + Secret.masked(headers) + "]";
    }
}
