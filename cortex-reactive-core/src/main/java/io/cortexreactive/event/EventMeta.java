package io.cortexreactive.event;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every event says about itself.
 *
 * @param timestamp when it happened
 * @param tenantId for whom; null without a tenant
 * @param correlationId ties together what belongs to one call of the application
 * @param runId the run it belongs to; null outside runs
 * @param sequence the order within its call or run, from 0
 * @param metadata of the request it belongs to
 */
public record EventMeta(
        Instant timestamp,
        @Nullable String tenantId,
        @Nullable String correlationId,
        @Nullable String runId,
        long sequence,
        Map<String, Object> metadata) {

    /** Without tenant, correlation or run. */
    public static EventMeta now() {
        return new EventMeta(Instant.now(), null, null, null, 0, Map.of());
    }
}
