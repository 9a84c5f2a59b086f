package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** What may differ between a provider and its views, and what they share of it besides connections. */
record BedrockSettings(
        String id,
        String region,
        @Nullable URI endpoint,
        @Nullable String model,
        BedrockCredentials credentials,
        ProviderTimeouts timeouts,
        ModelCatalog catalog) {}
