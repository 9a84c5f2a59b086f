package io.cortexreactive.provider.anthropic;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may differ between a provider and its views, and what they share of it besides connections. */
record AnthropicSettings(
        String id,
        URI baseUrl,
        @Nullable Secret apiKey,
        @Nullable String model,
        Common common) {

    ProviderTimeouts timeouts() {
        return common.timeouts();
    }

    ModelCatalog catalog() {
        return common.catalog();
    }

    /**
     * What all views have.
     *
     * @param maxTokens for requests that do not say; null to go by the model
     */
    record Common(
            Map<String, String> headers,
            List<String> betas,
            @Nullable Integer maxTokens,
            ProviderTimeouts timeouts,
            ModelCatalog catalog) {

        /** For an address that they were not given for: they may hold credentials. */
        Common withoutHeaders() {
            return new Common(Map.of(), betas, maxTokens, timeouts, catalog);
        }
    }
}
