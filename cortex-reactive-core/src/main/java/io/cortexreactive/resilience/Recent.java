package io.cortexreactive.resilience;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Keeps what was used last, and beyond that what is needed. Thread-safe; the lock is held for a few steps, whatever the
 * size.
 */
final class Recent<K, V extends Recent.Value> {

    /** How many of the oldest are looked at for each use; one more may come with it. */
    private static final int LOOKS = 8;

    /** How many times as many there may be where calls are held back. */
    private static final int STRETCH = 10;

    private final int most;
    private final long kept;
    private final LongSupplier nanos;

    /** Oldest first. */
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);

    Recent(int most, Duration kept, LongSupplier nanos) {
        this.most = most;
        this.kept = kept.toNanos();
        this.nanos = nanos;
    }

    /** What there is, made if there is nothing. */
    V get(K key, Supplier<? extends V> make) {
        synchronized (entries) {
            Entry<V> entry = entries.computeIfAbsent(key, unknown -> new Entry<>(make.get()));
            entry.used = nanos.getAsLong();
            forget(LOOKS);
            return entry.value;
        }
    }

    private void forget(int looks) {
        for (int i = 0; i < looks && !entries.isEmpty(); i++) {
            Map.Entry<K, Entry<V>> oldest = entries.entrySet().iterator().next();
            long age = nanos.getAsLong() - oldest.getValue().used;
            if (entries.size() <= most && age <= kept) {
                return;
            }
            K key = oldest.getKey();
            if (needed(oldest.getValue().value)) {
                use(key);
            } else {
                entries.remove(key);
            }
        }
    }

    private boolean needed(V value) {
        return value.inUse() || (value.holdsBack() && entries.size() <= most * STRETCH);
    }

    /** Makes it the newest, so that the next look is at another. */
    private void use(K key) {
        Entry<V> entry = entries.get(key);
        if (entry != null) {
            entry.used = nanos.getAsLong();
        }
    }

    boolean any(Predicate<V> test) {
        synchronized (entries) {
            return entries.values().stream().anyMatch(entry -> test.test(entry.value));
        }
    }

    int size() {
        synchronized (entries) {
            forget(entries.size());
            return entries.size();
        }
    }

    /** What can be forgotten. */
    interface Value {

        /** Whether calls under way rely on it. */
        boolean inUse();

        /** Whether calls would have it easier if it were forgotten. */
        boolean holdsBack();
    }

    private static final class Entry<V> {

        private final V value;
        private long used;

        Entry(V value) {
            this.value = value;
        }
    }
}
