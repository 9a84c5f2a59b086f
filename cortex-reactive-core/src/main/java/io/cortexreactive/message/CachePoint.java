package io.cortexreactive.message;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Everything before this point may be cached by the provider. Ignored by providers without prompt caching.
 *
 * @param ttl how long to keep it, where the provider lets one choose; null for its default
 */
public record CachePoint(@Nullable Duration ttl) implements Content {

    /** With the provider's own time to live. */
    public static CachePoint create() {
        return new CachePoint(null);
    }
}
