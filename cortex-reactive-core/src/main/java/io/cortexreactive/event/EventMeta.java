package io.cortexreactive.event;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What every event says about itself.
 *
 * @param timestamp when it happened
 * @param tenantId for whom; null without a tenant
 * @param correlationId ties together what belongs to one call of the application
 * @param runId the run it belongs to; null outside runs
 * @param sequence the order within its call or run, from 0
 * @param metadata of the request it belongs to; entries without a value are left out
 */
public record EventMeta(
        Instant timestamp,
        @Nullable String tenantId,
        @Nullable String correlationId,
        @Nullable String runId,
        long sequence,
        Map<String, Object> metadata) {

    public EventMeta {
        metadata = copy(metadata);
    }

    /** Without tenant, correlation or run. */
    public static EventMeta now() {
        return new EventMeta(Instant.now(), null, null, null, 0, Map.of());
    }

    /** Copying a copy costs nothing, so a call that stamps a thousand events copies once. */
    static Map<String, Object> copy(@Nullable Map<String, Object> metadata) {
        if (metadata == null || metadata.isEmpty()) {
            return Map.of();
        }
        for (Object value : metadata.values()) {
            if (value == null) {
                return withoutNulls(metadata);
            }
        }
        return Map.copyOf(metadata);
    }

    private static Map<String, Object> withoutNulls(Map<String, Object> metadata) {
        Map<String, Object> present = new HashMap<>(metadata);
        present.values().removeIf(Objects::isNull);
        return Map.copyOf(present);
    }
}
