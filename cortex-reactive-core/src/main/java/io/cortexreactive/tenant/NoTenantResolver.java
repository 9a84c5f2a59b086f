package io.cortexreactive.tenant;

import reactor.core.publisher.Mono;

enum NoTenantResolver implements TenantResolver {
    INSTANCE;

    @Override
    public Mono<TenantContext> resolve() {
        return Mono.empty();
    }

    @Override
    public Mono<TenantContext> byId(String tenantId) {
        return Mono.empty();
    }
}
