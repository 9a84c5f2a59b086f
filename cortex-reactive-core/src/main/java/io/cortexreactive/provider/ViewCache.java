package io.cortexreactive.provider;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
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

    private final Cache<Key, Provider> views;

    ViewCache(Ticker clock) {
        views = Caffeine.newBuilder()
                .ticker(clock)
                .maximumSize(MAX_VIEWS)
                .expireAfterAccess(UNUSED)
                .build();
    }

    /**
     * The provider as this tenant has it.
     *
     * @throws InvalidTenantException if its settings cannot be used, naming tenant and provider
     */
    Provider view(Provider provider, TenantContext tenant) {
        try {
            ProviderConfig config =
                    ProviderConfig.of(tenant.providerConfig(provider.id())).withApiKey(tenant.apiKey(provider.id()));
            return config.isEmpty() ? provider : views.get(new Key(provider, config), Key::makeView);
        } catch (ProviderConfigurationException e) {
            throw new InvalidTenantException(
                    "Tenant '" + tenant.id() + "', provider '" + provider.id() + "': " + e.getMessage());
        }
    }

    /** Forgets the views of a provider that is no longer registered. */
    void forget(Provider provider) {
        views.asMap().keySet().removeIf(key -> key.provider() == provider);
    }

    /** The views kept now. */
    long size() {
        views.cleanUp();
        return views.estimatedSize();
    }

    private record Key(Provider provider, ProviderConfig config) {

        Provider makeView() {
            return provider.withConfig(config);
        }
    }
}
