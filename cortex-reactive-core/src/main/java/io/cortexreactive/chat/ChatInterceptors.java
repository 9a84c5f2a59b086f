package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.tenant.TenantManager;

/** The interceptors this package brings. */
public final class ChatInterceptors {

    private ChatInterceptors() {}

    /**
     * Finds the tenant of the call and puts it, and a correlation id if there is none, into the Context of everything
     * further in. Refuses a call without a tenant where one is required, before anything else happens.
     */
    public static ChatInterceptor tenancy(TenantManager tenants) {
        return new TenancyInterceptor(tenants);
    }

    /** Publishes the {@link ChatEvent}s of the call. */
    public static ChatInterceptor events(EventPublisher events) {
        return new EventsInterceptor(events);
    }
}
