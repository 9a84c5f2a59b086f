package io.cortexreactive.provider.bedrock;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.provider.bedrock.RequestMapper.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointBlock;
import software.amazon.awssdk.services.bedrockruntime.model.CachePointType;
import software.amazon.awssdk.services.bedrockruntime.model.CacheTTL;

/** Prompt cache points, which Bedrock keeps for five minutes or an hour. */
final class CachePoints {

    private static final Duration SHORT = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofHours(1);

    private CachePoints() {}

    static CachePointBlock of(CachePoint point, Refusal refusal) {
        return block(ttl(point.ttl(), refusal));
    }

    private static @Nullable CacheTTL ttl(@Nullable Duration wanted, Refusal refusal) {
        if (wanted == null) {
            return null;
        }
        if (wanted.equals(SHORT)) {
            return CacheTTL.VALUE_5_M;
        }
        if (wanted.equals(LONG)) {
            return CacheTTL.VALUE_1_H;
        }
        throw refusal.because("Bedrock keeps a cache point for five minutes or one hour, not for " + wanted + ".");
    }

    /** An option's value: {@code true}, {@code "5m"} or {@code "1h"} for a cache point, {@code false} for none. */
    static @Nullable CachePointBlock option(String name, Object value, Refusal refusal) {
        if (Boolean.FALSE.equals(value)) {
            return null;
        }
        if (Boolean.TRUE.equals(value)) {
            return block(null);
        }
        CacheTTL ttl = CacheTTL.fromValue(String.valueOf(value));
        if (ttl == CacheTTL.UNKNOWN_TO_SDK_VERSION) {
            throw refusal.because("Option '" + name + "' takes true, false, \"5m\" or \"1h\", not " + value + ".");
        }
        return block(ttl);
    }

    private static CachePointBlock block(@Nullable CacheTTL ttl) {
        CachePointBlock.Builder block = CachePointBlock.builder().type(CachePointType.DEFAULT);
        return ttl == null ? block.build() : block.ttl(ttl).build();
    }
}
