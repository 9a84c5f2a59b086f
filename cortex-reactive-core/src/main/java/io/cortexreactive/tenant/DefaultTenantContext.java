package io.cortexreactive.tenant;

import io.cortexreactive.error.Secret;
import java.util.Map;
import org.jspecify.annotations.Nullable;

record DefaultTenantContext(
        String id,
        Map<String, Map<String, Object>> providerConfigs,
        Map<String, Secret> apiKeys,
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
}
