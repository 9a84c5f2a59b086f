package io.cortexreactive.provider;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.TenantContext;
import java.time.Duration;

/**
 * Keeps the views that tenants have of providers. Bounded, and emptied of what is not used: a view is cheap to make
 * again, and holds no connections of its own.
 */
final class ViewCache {

    private static final long MAX_VIEWS = 10_000;
    private static final Duration UNUSED = Duration.ofMinutes(30);

    private final Cache<Key, Provider> views = Caffeine.newBuilder()
            .maximumSize(MAX_VIEWS)
            .expireAfterAccess(UNUSED)
            .build();

    /** The provider as this tenant has it. */
    Provider view(Provider provider, TenantContext tenant) {
        ProviderConfig config = config(provider, tenant);
        return config.isEmpty() ? provider : views.get(new Key(provider, config), key -> provider.withConfig(config));
    }

    private static ProviderConfig config(Provider provider, TenantContext tenant) {
        try {
            return ProviderConfig.of(tenant.providerConfig(provider.id())).withApiKey(tenant.apiKey(provider.id()));
        } catch (ProviderConfigurationException e) {
            throw new InvalidTenantException(
                    "Tenant '" + tenant.id() + "', provider '" + provider.id() + "': " + e.getMessage());
        }
    }

    /** Forgets the views of a provider that is no longer registered. */
    void forget(Provider provider) {
        views.asMap().keySet().removeIf(key -> key.provider() == provider);
    }

    private record Key(Provider provider, ProviderConfig config) {}
}
