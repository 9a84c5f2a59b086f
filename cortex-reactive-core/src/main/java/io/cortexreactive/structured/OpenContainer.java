package io.cortexreactive.structured;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object or array while it is read. What it has is only ever appended to, so that its views stay what they are and
 * cost no copy.
 */
final class OpenContainer {

    /** Stands for no value, because null is one. */
    static final Object NOTHING = new Object();

    private static final int INITIAL = 8;

    private final boolean object;
    private final Set<String> names = new HashSet<>();
    private String[] keys;
    private @Nullable Object[] values = new Object[INITIAL];
    private int count;
    private int passed;
    private @Nullable String key;

    OpenContainer(boolean object) {
        this.object = object;
        keys = new String[object ? INITIAL : 0];
    }

    boolean isObject() {
        return object;
    }

    /** Whether the object has no property of this name yet; the next value is its value. */
    boolean name(String next) {
        key = next;
        return names.add(next);
    }

    void add(@Nullable Object value) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
            keys = object ? Arrays.copyOf(keys, count * 2) : keys;
        }
        values[count] = value;
        if (object && key != null) {
            keys[count] = key;
        }
        count++;
    }

    /** Counts a value that somebody else keeps. */
    void pass() {
        passed++;
    }

    boolean isAt(String property) {
        return property.equals(key);
    }

    /** Where the next value belongs. */
    String step() {
        return object ? "." + key : "[" + (count + passed) + "]";
    }

    /** What it is with this value, which is not whole yet, at its end. */
    Object view(Object open) {
        boolean more = open != NOTHING;
        return object
                ? new ObjectView(keys, values, count, more ? key : null, open)
                : new ArrayView(values, count, more, open);
    }
}
