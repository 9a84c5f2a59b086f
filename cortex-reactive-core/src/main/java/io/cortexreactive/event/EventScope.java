package io.cortexreactive.event;

import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Stamps the events of one call: for whom they are, and in which order they came. Thread-safe. */
public final class EventScope {

    private final @Nullable String tenantId;
    private final @Nullable String correlationId;
    private final Map<String, Object> metadata;
    private final Clock clock;
    private final AtomicLong sequence = new AtomicLong();

    private EventScope(
            @Nullable String tenantId, @Nullable String correlationId, Map<String, Object> metadata, Clock clock) {
        this.tenantId = tenantId;
        this.correlationId = correlationId;
        this.metadata = metadata;
        this.clock = clock;
    }

    /** Takes the tenant and the correlation id from the Context of the call. */
    public static EventScope of(ContextView context, Map<String, Object> metadata) {
        return new EventScope(
                Tenancy.tenant(context).map(TenantContext::id).orElse(null),
                Tenancy.correlationId(context).orElse(null),
                EventMeta.copy(metadata),
                Clock.systemUTC());
    }

    /** The meta of the next event. */
    public EventMeta next() {
        return new EventMeta(clock.instant(), tenantId, correlationId, null, sequence.getAndIncrement(), metadata);
    }
}
