package io.cortexreactive.examples.app;

import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantResolver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import reactor.core.publisher.Mono;

/** The tenants there are. A real application would ask its own store, and authenticate the caller first. */
@Component
final class TenantDirectory implements TenantResolver {

    private final Map<String, TenantContext> tenants = new LinkedHashMap<>();

    TenantDirectory(ExampleProperties properties, Backends backends) {
        for (ExampleProperties.Tenant tenant : properties.tenants()) {
            TenantContext.Builder context = TenantContext.builder(tenant.id());
            for (Backend backend : backends.all()) {
                String key = backends.isSimulated()
                        ? tenant.simulatedKey()
                        : tenant.keys().get(backend.id());
                if (StringUtils.hasText(key)) {
                    context.apiKey(backend.id(), key);
                }
            }
            tenants.put(tenant.id(), context.build());
        }
    }

    /** The tenant of this id, or null. */
    @Nullable
    TenantContext find(String id) {
        return tenants.get(id);
    }

    /** A request says for whom it is, and {@link CallerFilter} has put that into the Context. */
    @Override
    public Mono<TenantContext> resolve() {
        return Mono.empty();
    }

    @Override
    public Mono<TenantContext> byId(String tenantId) {
        return Mono.fromSupplier(() -> tenants.get(tenantId));
    }

    List<String> ids() {
        return List.copyOf(tenants.keySet());
    }
}
