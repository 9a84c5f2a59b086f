package io.cortexreactive.plugin;

/**
 * A list that plugins add to. The feature that reads it owns the constant, since it owns the type.
 *
 * @param name such as {@code providers} or {@code tools}
 * @param type of what is added
 */
public record ExtensionPoint<T>(String name, Class<T> type) {

    /** Makes the constant. */
    public static <T> ExtensionPoint<T> of(String name, Class<T> type) {
        return new ExtensionPoint<>(name, type);
    }

    @Override
    public String toString() {
        return name;
    }
}
