package io.cortexreactive.structured;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The first properties of an object that may grow, and one whose value may not be whole. Immutable, in order. */
final class ObjectView extends AbstractMap<String, @Nullable Object> {

    /** Up to here, looking through them is faster than an index. */
    private static final int FEW = 8;

    private final String[] keys;
    private final @Nullable Object[] values;
    private final int count;
    private final @Nullable String openKey;
    private final Object open;
    private @Nullable Map<String, Integer> index;

    ObjectView(String[] keys, @Nullable Object[] values, int count, @Nullable String openKey, Object open) {
        this.keys = keys;
        this.values = values;
        this.count = count;
        this.openKey = openKey;
        this.open = open;
    }

    @Override
    public int size() {
        return openKey == null ? count : count + 1;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return find(key) >= 0;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        int at = find(key);
        return at < 0 ? null : value(at);
    }

    private int find(@Nullable Object key) {
        if (key == null) {
            return -1;
        }
        if (key.equals(openKey)) {
            return count;
        }
        return count > FEW ? index().getOrDefault(key, -1) : search(key);
    }

    private int search(Object key) {
        for (int i = 0; i < count; i++) {
            if (keys[i].equals(key)) {
                return i;
            }
        }
        return -1;
    }

    private Map<String, Integer> index() {
        Map<String, Integer> known = index;
        if (known == null) {
            known = new HashMap<>();
            for (int i = 0; i < count; i++) {
                known.put(keys[i], i);
            }
            index = known;
        }
        return known;
    }

    private @Nullable Object value(int at) {
        return at < count ? values[at] : OpenText.resolve(open);
    }

    private String key(int at) {
        return at < count || openKey == null ? keys[at] : openKey;
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, @Nullable Object>> iterator() {
                return new Entries();
            }

            @Override
            public int size() {
                return ObjectView.this.size();
            }
        };
    }

    private final class Entries implements Iterator<Entry<String, @Nullable Object>> {

        private int at;

        @Override
        public boolean hasNext() {
            return at < size();
        }

        @Override
        public Entry<String, @Nullable Object> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Entry<String, @Nullable Object> entry = new SimpleImmutableEntry<>(key(at), value(at));
            at++;
            return entry;
        }
    }
}
