package io.cortexreactive.tenant;

import io.cortexreactive.error.Secret;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A tenant: whose keys, limits, budget, cache and memory a call uses. Immutable. */
public interface TenantContext {

    /** The tenant's id; null for a context that only overrides configuration. */
    @Nullable
    String id();

    /** What this tenant has of its own for a provider, such as {@code region} or {@code model}; empty if nothing. */
    Map<String, Object> providerConfig(String provider);

    /** This tenant's key for a provider; null to use the operator's. */
    @Nullable
    Secret apiKey(String provider);

    /** Anything else the application keeps with the tenant. */
    Map<String, Object> settings();

    /**
     * Starts a tenant of this id.
     *
     * @throws InvalidTenantException if it is blank, or has a NUL or half a surrogate pair
     */
    static Builder builder(String id) {
        return new Builder(id);
    }

    /** Collects a tenant; not thread-safe. */
    final class Builder {

        private final String id;
        private final Map<String, Map<String, Object>> providerConfigs = new HashMap<>();
        private final Map<String, Secret> apiKeys = new HashMap<>();
        private final Map<String, Object> settings = new HashMap<>();

        private Builder(String id) {
            if (id == null || id.isBlank()) {
                throw new InvalidTenantException("A tenant's id is blank.");
            }
            Tenancy.keptId(id);
            this.id = id;
        }

        /** What the tenant has of its own for a provider; replaces what was given before for it. */
        public Builder providerConfig(String provider, Map<String, Object> config) {
            providerConfigs.put(provider, Map.copyOf(config));
            return this;
        }

        /** The tenant's key for a provider. */
        public Builder apiKey(String provider, Secret key) {
            apiKeys.put(provider, key);
            return this;
        }

        /**
         * The tenant's key for a provider.
         *
         * @throws io.cortexreactive.error.InvalidSecretException if it is blank
         */
        public Builder apiKey(String provider, String key) {
            return apiKey(provider, Secret.of(key));
        }

        /** One thing the application keeps with the tenant. */
        public Builder setting(String name, Object value) {
            settings.put(name, value);
            return this;
        }

        /** The tenant. */
        public TenantContext build() {
            return new DefaultTenantContext(id, providerConfigs, apiKeys, settings);
        }
    }
}
