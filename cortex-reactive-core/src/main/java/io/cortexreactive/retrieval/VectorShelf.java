package io.cortexreactive.retrieval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The vectors of one tenant, all of one size. Not thread-safe; what {@link #vectors()} gives never changes. */
final class VectorShelf {

    static final UnitVector[] NOTHING = {};

    private final Map<String, UnitVector> byId = new LinkedHashMap<>();
    private UnitVector @Nullable [] vectors = NOTHING;

    /** Checks that these have one size, and that of the vectors that are here. */
    void requireSize(List<UnitVector> added) {
        if (added.isEmpty()) {
            return;
        }
        int expected = (byId.isEmpty() ? added.get(0) : byId.values().iterator().next()).size();
        for (UnitVector vector : added) {
            if (vector.size() != expected) {
                throw InvalidVectorException.ofSize(expected, vector.size());
            }
        }
    }

    boolean has(String id) {
        return byId.containsKey(id);
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    void put(UnitVector vector) {
        byId.put(vector.document().id(), vector);
        vectors = null;
    }

    boolean remove(String id) {
        vectors = null;
        return byId.remove(id) != null;
    }

    /** In the order they came. Made once after each change. */
    UnitVector[] vectors() {
        UnitVector[] known = vectors;
        if (known == null) {
            known = byId.values().toArray(NOTHING);
            vectors = known;
        }
        return known;
    }
}
