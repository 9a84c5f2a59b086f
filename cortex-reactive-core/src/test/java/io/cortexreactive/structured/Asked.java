package io.cortexreactive.structured;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tenant.TenantManager;
import java.util.List;

/** What the tests of this package ask. */
final class Asked {

    static final ChatRequest TRIP = ChatRequest.of("Where to?");

    record Trip(String city, int days) {}

    private Asked() {}

    static ChatClient client(Provider provider) {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry registry = ProviderRegistry.create(tenants, EventPublisher.none());
        registry.register(provider);
        return ChatClient.create(tenants, registry, List.of());
    }

    static StructuredOutput of(Provider provider) {
        return StructuredOutput.create(client(provider));
    }

    static StructuredOutput of(Provider provider, StructuredStrategy strategy) {
        return of(provider).with(StructuredOptions.DEFAULTS.withStrategy(strategy));
    }
}
