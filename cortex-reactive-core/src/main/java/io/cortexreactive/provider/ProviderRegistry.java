package io.cortexreactive.provider;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The providers an application has. In memory and synchronous; thread-safe.
 *
 * <p>What {@link #get} gives is a view: on subscription it finds the tenant of the call, applies that tenant's
 * configuration and key on the same connections, checks the request, and publishes {@link ProviderEvent}s. There is no
 * way around the tenant.
 */
public interface ProviderRegistry {

    /** Adds a provider; one of the same id is replaced. The first one registered is the default. */
    void register(Provider provider);

    /**
     * The view of a provider.
     *
     * @throws ProviderNotFoundException if there is none of this id; it names those there are
     */
    Provider get(String id);

    /** The view of a provider, if there is one of this id. */
    Optional<Provider> find(String id);

    /** Whether a provider of this id is registered. */
    boolean has(String id);

    /** The views of all providers, in the order they were registered. */
    Collection<Provider> all();

    /**
     * The view of the default provider.
     *
     * @throws ProviderNotFoundException if none is registered
     */
    Provider defaultProvider();

    /** The default provider's id; empty if none is registered. */
    Optional<String> defaultId();

    /**
     * Chooses the default provider.
     *
     * @throws ProviderNotFoundException if there is none of this id
     */
    void setDefault(String id);

    /**
     * What a provider can do, as the tenant of the call has it: a tenant may have a default model of its own.
     *
     * @param id null for the default provider
     * @param model null for the default model
     */
    Mono<ProviderCapabilities> capabilities(@Nullable String id, @Nullable String model);

    /** The same registry, all of whose views are this tenant's, whatever a call's Context says. */
    ProviderRegistry forTenant(TenantContext tenant);

    /** Closes every registered provider; the front door calls it. */
    Mono<Void> close();

    /**
     * An empty registry.
     *
     * @param tenants decides whose configuration a call uses
     * @param events where the providers' events go
     */
    static ProviderRegistry create(TenantManager tenants, EventPublisher events) {
        return new DefaultProviderRegistry(tenants, events);
    }
}
