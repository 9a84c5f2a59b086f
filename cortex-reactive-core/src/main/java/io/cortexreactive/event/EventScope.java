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
    private final @Nullable String runId;
    private final Map<String, Object> metadata;
    private final Clock clock;
    private final AtomicLong sequence = new AtomicLong();

    private EventScope(ContextView context, @Nullable String runId, Map<String, Object> metadata, Clock clock) {
        this.tenantId = Tenancy.tenant(context).map(TenantContext::id).orElse(null);
        this.correlationId = Tenancy.correlationId(context).orElse(null);
        this.runId = runId;
        this.metadata = metadata;
        this.clock = clock;
    }

    /** Takes the tenant and the correlation id from the Context of the call. */
    public static EventScope of(ContextView context, Map<String, Object> metadata) {
        return new EventScope(context, null, EventMeta.copy(metadata), Clock.systemUTC());
    }

    /** The same, for the events of a run. */
    public static EventScope ofRun(String runId, ContextView context, Map<String, Object> metadata) {
        return new EventScope(context, runId, EventMeta.copy(metadata), Clock.systemUTC());
    }

    /** The meta of the next event. */
    public EventMeta next() {
        return new EventMeta(clock.instant(), tenantId, correlationId, runId, sequence.getAndIncrement(), metadata);
    }
}
