package io.cortexreactive.provider.openai;

import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.ProviderTimeouts;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What may differ between a provider and its views, and what they share of it besides connections.
 *
 * @param chosenDialect null for the one that the address tells
 */
record OpenAiSettings(
        String id,
        URI baseUrl,
        @Nullable Secret apiKey,
        @Nullable String model,
        @Nullable String embeddingModel,
        @Nullable OpenAiDialect chosenDialect,
        Common common) {

    OpenAiDialect dialect() {
        return chosenDialect == null ? OpenAiDialect.at(baseUrl) : chosenDialect;
    }

    ProviderTimeouts timeouts() {
        return common.timeouts();
    }

    ModelCatalog catalog() {
        return common.catalog();
    }

    /** What all views have. */
    record Common(Map<String, String> headers, ProviderTimeouts timeouts, ModelCatalog catalog) {

        /** For an address that they were not given for: they may hold credentials. */
        Common withoutHeaders() {
            return new Common(Map.of(), timeouts, catalog);
        }
    }
}
