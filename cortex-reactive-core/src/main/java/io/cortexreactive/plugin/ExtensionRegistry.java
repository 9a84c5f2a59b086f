package io.cortexreactive.plugin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was added to extension points. */
final class ExtensionRegistry {

    /** An extension, and who added it. */
    record Added<T>(String plugin, T extension) {}

    private record Extensions(Class<?> type, List<Added<?>> values) {}

    private volatile Map<String, Extensions> points = Map.of();

    synchronized <T> void add(String plugin, ExtensionPoint<T> point, T extension) {
        List<Added<?>> values = new ArrayList<>(known(plugin, point));
        if (!point.type().isInstance(extension)) {
            throw new PluginConflictException(
                    "Plugin '" + plugin + "' adds " + extension.getClass().getName() + " to '" + point
                            + "', which takes " + point.type().getName() + ".");
        }
        values.add(new Added<>(plugin, extension));
        Map<String, Extensions> changed = new HashMap<>(points);
        changed.put(point.name(), new Extensions(point.type(), List.copyOf(values)));
        points = changed;
    }

    <T> List<T> get(String plugin, ExtensionPoint<T> point) {
        return added(plugin, point).stream().map(Added::extension).toList();
    }

    <T> List<Added<T>> added(String plugin, ExtensionPoint<T> point) {
        return known(plugin, point).stream()
                .map(one -> new Added<>(one.plugin(), point.type().cast(one.extension())))
                .toList();
    }

    private List<Added<?>> known(String plugin, ExtensionPoint<?> point) {
        Extensions known = points.get(point.name());
        if (known == null) {
            return List.of();
        }
        if (known.type() != point.type()) {
            throw new PluginConflictException("Plugin '" + plugin + "' uses extension point '" + point + "' for "
                    + point.type().getName() + ", and it is known for "
                    + known.type().getName() + ".");
        }
        return known.values();
    }
}
