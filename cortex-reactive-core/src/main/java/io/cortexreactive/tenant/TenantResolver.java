package io.cortexreactive.tenant;

import reactor.core.publisher.Mono;

/**
 * Finds the tenant of a call that does not carry one. Asked on subscription, at most once a call, with the caller's
 * Reactor Context; must not block.
 */
public interface TenantResolver {

    /** The tenant of the current call, from wherever the application keeps it; empty if there is none. */
    Mono<TenantContext> resolve();

    /** Rebuilds a tenant from its id, for work that stored the id alone; empty if it is unknown. */
    Mono<TenantContext> byId(String tenantId);

    /** Knows no tenant. */
    static TenantResolver none() {
        return NoTenantResolver.INSTANCE;
    }
}
