package io.cortexreactive.provider.anthropic;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.provider.anthropic.RequestMapper.Refusal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prompt cache points. The service has no block for one: it is a mark on the last block before it, be that a tool, the
 * system text or a part of a message. It is kept for five minutes or an hour.
 */
final class CachePoints {

    private static final Duration SHORT = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofHours(1);

    private final Refusal refusal;
    private @Nullable Map<String, Object> last;

    CachePoints(Refusal refusal) {
        this.refusal = refusal;
    }

    /** To be called for each block that takes a mark, in the order that the model reads them. */
    Map<String, Object> passed(Map<String, Object> block) {
        last = block;
        return block;
    }

    /** Caches what has been passed; nothing where that is nothing. */
    void mark(CachePoint point) {
        mark(ttl(point.ttl()));
    }

    /** An option's value: {@code true}, {@code "5m"} or {@code "1h"} for a cache point, {@code false} for none. */
    void mark(String option, @Nullable Object value) {
        if (value == null || Boolean.FALSE.equals(value)) {
            return;
        }
        boolean known = Boolean.TRUE.equals(value) || "5m".equals(value) || "1h".equals(value);
        if (!known) {
            throw refusal.because("Option '" + option + "' takes true, false, \"5m\" or \"1h\", not " + value + ".");
        }
        mark(value instanceof String ttl ? ttl : null);
    }

    private void mark(@Nullable String ttl) {
        if (last != null) {
            Map<String, Object> mark = new LinkedHashMap<>();
            mark.put("type", "ephemeral");
            if (ttl != null) {
                mark.put("ttl", ttl);
            }
            last.put("cache_control", mark);
        }
    }

    private @Nullable String ttl(@Nullable Duration wanted) {
        if (wanted == null) {
            return null;
        }
        if (wanted.equals(SHORT)) {
            return "5m";
        }
        if (wanted.equals(LONG)) {
            return "1h";
        }
        throw refusal.because("Anthropic keeps a cache point for five minutes or one hour, not for " + wanted + ".");
    }
}
