package io.cortexreactive.resilience;

import io.cortexreactive.resilience.Resilience.Memory;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What policies remember, for each key apart, and shared by all policies that have a part in common: calls with another
 * deadline still keep to one rate limit. Forgets keys that were not used for an hour, and beyond 10,000 those that were
 * used longest ago; but neither what has calls under way nor, up to 100,000 keys, what holds calls back.
 */
public final class ResilienceRegistry {

    private static final int KEYS = 10_000;

    /** Of one key: enough for all policies that an application has, and for no policy made anew for each call. */
    private static final int PARTS = 100;

    private static final Duration KEPT = Duration.ofHours(1);

    private final Recent<Object, Account> known;
    private final LongSupplier nanos;
    private final Scheduler timer;

    private ResilienceRegistry(LongSupplier nanos, Scheduler timer) {
        this.nanos = nanos;
        this.timer = timer;
        known = new Recent<>(KEYS, KEPT, nanos);
    }

    /** Knows nothing yet. */
    public static ResilienceRegistry create() {
        return create(System::nanoTime, Schedulers.parallel());
    }

    static ResilienceRegistry create(LongSupplier nanos, Scheduler timer) {
        return new ResilienceRegistry(nanos, timer);
    }

    /**
     * The policy, with what its parts remember of this key. Cheap: ask for each call.
     *
     * @param key whom the calls go to; its text names them in errors
     */
    public Resilience of(Object key, ResiliencePolicy policy) {
        return of(key, null, policy);
    }

    /**
     * The same, where a part of the service, such as one of its models, may fail alone: it has a circuit breaker of its
     * own, and shares everything else with the rest.
     *
     * @param branch that part; null for the rest
     */
    public Resilience of(Object key, @Nullable Object branch, ResiliencePolicy policy) {
        Object service = branch == null ? key : new Branch(key, branch);
        return new Resilience(key, service, policy, timer, known.get(key, Account::new));
    }

    /** The keys kept now. */
    int size() {
        return known.size();
    }

    /** What is remembered of one key. */
    private final class Account implements Recent.Value, Memory {

        private final Recent<Setting, Part> parts = new Recent<>(PARTS, KEPT, nanos);

        @Override
        public Part of(Object whose, Object settings, Supplier<? extends Part> make) {
            return parts.get(new Setting(whose, settings), make);
        }

        @Override
        public boolean inUse() {
            return parts.any(Part::inUse);
        }

        @Override
        public boolean holdsBack() {
            return parts.any(Part::holdsBack);
        }
    }

    private record Setting(Object whose, Object settings) {}

    private record Branch(Object key, Object branch) {

        @Override
        public String toString() {
            return key + " (" + branch + ")";
        }
    }
}
