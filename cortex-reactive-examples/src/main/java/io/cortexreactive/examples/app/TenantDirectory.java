package io.cortexreactive.examples.app;

import io.cortexreactive.tenant.TenantContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The tenants there are. A real application would ask its own store, and authenticate the caller first. */
@Component
final class TenantDirectory {

    private final Map<String, TenantContext> tenants = new LinkedHashMap<>();

    TenantDirectory(ExampleProperties properties) {
        for (ExampleProperties.Tenant tenant : properties.tenants()) {
            TenantContext.Builder context = TenantContext.builder(tenant.id());
            String key = tenant.key(properties.simulated());
            if (key != null) {
                context.apiKey(ModelBackend.PROVIDER, key);
            }
            tenants.put(tenant.id(), context.build());
        }
    }

    /** The tenant of this id, or null. */
    @Nullable
    TenantContext find(String id) {
        return tenants.get(id);
    }

    List<String> ids() {
        return List.copyOf(tenants.keySet());
    }
}
