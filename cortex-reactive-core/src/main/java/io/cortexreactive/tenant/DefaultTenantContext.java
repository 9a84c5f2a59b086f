package io.cortexreactive.tenant;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.cortexreactive.error.Secret;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Configuration and settings may hold credentials, so their values are neither printed nor written as JSON. */
record DefaultTenantContext(
        String id,

        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        Map<String, Map<String, Object>> providerConfigs,

        Map<String, Secret> apiKeys,

        @JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
        Map<String, Object> settings)
        implements TenantContext {

    DefaultTenantContext {
        providerConfigs = Map.copyOf(providerConfigs);
        apiKeys = Map.copyOf(apiKeys);
        settings = Map.copyOf(settings);
    }

    @Override
    public Map<String, Object> providerConfig(String provider) {
        return providerConfigs.getOrDefault(provider, Map.of());
    }

    @Override
    public @Nullable Secret apiKey(String provider) {
        return apiKeys.get(provider);
    }

    @Override
    public String toString() {
        Map<String, Map<String, String>> configs = new TreeMap<>();
        providerConfigs.forEach((provider, config) -> configs.put(provider, Secret.masked(config)));
        return "TenantContext[id=" + id + ", providerConfigs=" + configs + ", apiKeys=" + apiKeys + ", settings="
                + Secret.masked(settings) + "]";
    }
}
