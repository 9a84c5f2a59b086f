package io.cortexreactive.plugin;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Implementations by type, and who registered each. */
final class Services {

    private record Service(String plugin, Object implementation) {}

    private volatile Map<Class<?>, Service> services = Map.of();

    /** The registry, as a plugin sees it. */
    ServiceRegistry as(String plugin) {
        return new View(plugin);
    }

    private synchronized void put(Class<?> type, String plugin, Object implementation) {
        if (!type.isInstance(implementation)) {
            throw new PluginConflictException("Plugin '" + plugin + "' offers "
                    + implementation.getClass().getName() + ", which is no " + type.getName() + ".");
        }
        Map<Class<?>, Service> changed = new HashMap<>(services);
        changed.put(type, new Service(plugin, implementation));
        services = changed;
    }

    private synchronized void register(Class<?> type, String plugin, Object implementation) {
        Service present = services.get(type);
        if (present != null) {
            throw new PluginConflictException("Plugin '" + plugin + "' registers " + type.getName() + ", which plugin '"
                    + present.plugin() + "' has registered. To put one in its place, replace it.");
        }
        put(type, plugin, implementation);
    }

    private synchronized <T> void replace(Class<T> type, String plugin, UnaryOperator<T> replacement) {
        put(type, plugin, replacement.apply(get(type)));
    }

    private <T> T get(Class<T> type) {
        T found = find(type);
        if (found == null) {
            throw new ServiceNotFoundException(type, services.keySet());
        }
        return found;
    }

    private <T> @Nullable T find(Class<T> type) {
        Service service = services.get(type);
        return service == null ? null : type.cast(service.implementation());
    }

    private final class View implements ServiceRegistry {

        private final String plugin;

        View(String plugin) {
            this.plugin = plugin;
        }

        @Override
        public <T> void register(Class<T> type, T implementation) {
            Services.this.register(type, plugin, implementation);
        }

        @Override
        public <T> void replace(Class<T> type, UnaryOperator<T> replacement) {
            Services.this.replace(type, plugin, replacement);
        }

        @Override
        public <T> T get(Class<T> type) {
            return Services.this.get(type);
        }

        @Override
        public <T> Optional<T> find(Class<T> type) {
            return Optional.ofNullable(Services.this.find(type));
        }

        @Override
        public Set<Class<?>> types() {
            return Set.copyOf(services.keySet());
        }
    }
}
