package io.cortexreactive.provider;

import com.github.benmanes.caffeine.cache.Ticker;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.provider.ProviderEvent.ProviderRegistered;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

final class DefaultProviderRegistry implements ProviderRegistry {

    /** What all tenants' views of one registry share. */
    private static final class Shared {
        private final ViewCache views = new ViewCache(Ticker.systemTicker());
        private volatile Map<String, Provider> providers = Map.of();
        private volatile @Nullable String defaultId;
    }

    private final Shared shared;
    private final TenantManager tenants;
    private final EventPublisher events;

    DefaultProviderRegistry(TenantManager tenants, EventPublisher events) {
        this(new Shared(), tenants, events);
    }

    private DefaultProviderRegistry(Shared shared, TenantManager tenants, EventPublisher events) {
        this.shared = shared;
        this.tenants = tenants;
        this.events = events;
    }

    @Override
    public void register(Provider provider) {
        if (provider.id().isBlank()) {
            throw new ProviderConfigurationException("A provider's id is blank.");
        }
        synchronized (shared) {
            Map<String, Provider> changed = new LinkedHashMap<>(shared.providers);
            Provider replaced = changed.put(provider.id(), provider);
            shared.providers = changed;
            if (shared.defaultId == null) {
                shared.defaultId = provider.id();
            }
            if (replaced != null) {
                shared.views.forget(replaced);
            }
        }
        if (events.wants(ProviderRegistered.class)) {
            events.publish(new ProviderRegistered(EventMeta.now(), provider.id(), provider.capabilities(null)));
        }
    }

    @Override
    public Provider get(String id) {
        return getView(id);
    }

    private TenantProvider getView(String id) {
        return findView(id).orElseThrow(() -> new ProviderNotFoundException(id, shared.providers.keySet()));
    }

    @Override
    public Optional<Provider> find(String id) {
        return findView(id).map(view -> view);
    }

    private Optional<TenantProvider> findView(String id) {
        return Optional.ofNullable(shared.providers.get(id)).map(this::view);
    }

    private TenantProvider view(Provider provider) {
        return new TenantProvider(provider, tenants, shared.views, events);
    }

    @Override
    public boolean has(String id) {
        return shared.providers.containsKey(id);
    }

    @Override
    public Collection<Provider> all() {
        return List.copyOf(shared.providers.values()).stream()
                .<Provider>map(this::view)
                .toList();
    }

    @Override
    public Provider defaultProvider() {
        return get(requireDefault());
    }

    private String requireDefault() {
        return defaultId().orElseThrow(ProviderNotFoundException::noneRegistered);
    }

    @Override
    public Optional<String> defaultId() {
        return Optional.ofNullable(shared.defaultId);
    }

    @Override
    public void setDefault(String id) {
        synchronized (shared) {
            if (!has(id)) {
                throw new ProviderNotFoundException(id, shared.providers.keySet());
            }
            shared.defaultId = id;
        }
    }

    @Override
    public Mono<ProviderCapabilities> capabilities(@Nullable String id, @Nullable String model) {
        return Mono.defer(() -> getView(id == null ? requireDefault() : id).tenantCapabilities(model));
    }

    @Override
    public ProviderRegistry forTenant(TenantContext tenant) {
        return new DefaultProviderRegistry(shared, tenants.forTenant(tenant), events);
    }

    @Override
    public Mono<Void> close() {
        return Flux.defer(() -> Flux.fromIterable(shared.providers.values()))
                .concatMapDelayError(Provider::close)
                .then();
    }
}
