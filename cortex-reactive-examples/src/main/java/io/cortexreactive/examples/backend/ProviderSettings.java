package io.cortexreactive.examples.backend;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * What the environment says of one provider; blank is as good as not set.
 *
 * @param baseUrl where it is, if not at its maker's
 * @param apiKey the operator's key, for tenants that have none of their own
 * @param model what to ask when a request names no model
 */
public record ProviderSettings(
        @Nullable String baseUrl,
        @Nullable String apiKey,
        @Nullable String model) {

    public ProviderSettings {
        baseUrl = StringUtils.hasText(baseUrl) ? baseUrl.strip() : null;
        apiKey = StringUtils.hasText(apiKey) ? apiKey.strip() : null;
        model = StringUtils.hasText(model) ? model.strip() : null;
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
        return "ProviderSettings[baseUrl=" + baseUrl + ", model=" + model + "]";
    }
}
