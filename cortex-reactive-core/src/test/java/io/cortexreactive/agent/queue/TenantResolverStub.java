package io.cortexreactive.agent.queue;

import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantResolver;
import reactor.core.publisher.Mono;

/** Knows one tenant, and finds none by itself. */
record TenantResolverStub(TenantContext known) implements TenantResolver {

    static TenantResolver knowing(TenantContext tenant) {
        return new TenantResolverStub(tenant);
    }

    @Override
    public Mono<TenantContext> resolve() {
        return Mono.empty();
    }

    @Override
    public Mono<TenantContext> byId(String tenantId) {
        return tenantId.equals(known.id()) ? Mono.just(known) : Mono.empty();
    }
}
