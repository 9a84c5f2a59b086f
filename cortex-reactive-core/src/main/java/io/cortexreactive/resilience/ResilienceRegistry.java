package io.cortexreactive.resilience;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What policies remember, for each key apart, and shared by all policies that have a part in common: calls with another
 * deadline still keep to one rate limit. Forgets what was not used for an hour, and what was used longest ago beyond
 * 10,000 parts.
 */
public final class ResilienceRegistry {

    private static final int MAX_PARTS = 10_000;
    private static final Duration KEPT = Duration.ofHours(1);

    private final Cache<Part, Object> known;
    private final Scheduler timer;

    private ResilienceRegistry(Ticker clock, Scheduler timer) {
        this.timer = timer;
        known = Caffeine.newBuilder()
                .maximumSize(MAX_PARTS)
                .expireAfterAccess(KEPT)
                .ticker(clock)
                .executor(Runnable::run)
                .build();
    }

    /** Knows nothing yet. */
    public static ResilienceRegistry create() {
        return create(Ticker.systemTicker(), Schedulers.parallel());
    }

    static ResilienceRegistry create(Ticker clock, Scheduler timer) {
        return new ResilienceRegistry(clock, timer);
    }

    /**
     * The policy, with what its parts remember of this key. Cheap: ask for each call.
     *
     * @param key whom the calls go to; its text names them in errors
     */
    public Resilience of(Object key, ResiliencePolicy policy) {
        return new Resilience(
                key, policy, timer, (settings, make) -> known.get(new Part(key, settings), unknown -> make.get()));
    }

    /** The parts kept now. */
    long size() {
        known.cleanUp();
        return known.estimatedSize();
    }

    private record Part(Object key, Object settings) {}
}
