package io.cortexreactive.structured;

import java.util.AbstractList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The first items of an array that may grow, and one that may not be whole. Immutable. */
final class ArrayView extends AbstractList<@Nullable Object> {

    private final @Nullable Object[] items;
    private final int count;
    private final boolean more;
    private final Object open;

    ArrayView(@Nullable Object[] items, int count, boolean more, Object open) {
        this.items = items;
        this.count = count;
        this.more = more;
        this.open = open;
    }

    @Override
    public @Nullable Object get(int index) {
        Objects.checkIndex(index, size());
        return index < count ? items[index] : OpenText.resolve(open);
    }

    @Override
    public int size() {
        return more ? count + 1 : count;
    }
}
