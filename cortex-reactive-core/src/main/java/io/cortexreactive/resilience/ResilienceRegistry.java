package io.cortexreactive.resilience;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.Function;

/** What policies remember, for each key apart. Forgets what was not used for an hour, and beyond 10,000 keys. */
public final class ResilienceRegistry {

    private static final int MAX_KEYS = 10_000;
    private static final Duration KEPT = Duration.ofHours(1);

    private final Cache<Object, Resilience> known;
    private final Function<ResiliencePolicy, Resilience> make;

    private ResilienceRegistry(int maxKeys, Function<ResiliencePolicy, Resilience> make) {
        this.make = make;
        known = Caffeine.newBuilder()
                .maximumSize(maxKeys)
                .expireAfterAccess(KEPT)
                .executor(Runnable::run)
                .build();
    }

    /** Knows nothing yet. */
    public static ResilienceRegistry create() {
        return new ResilienceRegistry(MAX_KEYS, Resilience::of);
    }

    /** Made with the policy if this key is new. */
    public Resilience of(Object key, ResiliencePolicy policy) {
        return known.get(key, unknown -> make.apply(policy));
    }
}
