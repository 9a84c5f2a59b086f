package io.cortexreactive.plugin;

import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * Something that adds to the library. Found by {@link java.util.ServiceLoader}, or given to the manager; the built-in
 * features are plugins, too.
 *
 * <p>All plugins are registered first, then all are booted, each time dependencies before dependents. Both run on a
 * bounded scheduler, so a plugin may block there.
 */
public interface Plugin {

    /** Unique among plugins, such as {@code prompt}. */
    String id();

    /** For people; the id by default. */
    default String name() {
        return id();
    }

    /** A semantic version, such as {@code 1.2.0}. */
    String version();

    /** The plugins that must be there, and come first. None by default. */
    default List<PluginDependency> dependencies() {
        return List.of();
    }

    /** The features it brings, for {@link PluginManager#has}. None by default; its id is always one. */
    default Set<String> provides() {
        return Set.of();
    }

    /**
     * Adds what the plugin has: services, extensions, hooks. What other plugins add may not be there yet, except for
     * that of its dependencies.
     *
     * @param plugins the manager; what is added through it is in this plugin's name
     */
    default Mono<Void> register(PluginManager plugins) {
        return Mono.empty();
    }

    /** Starts what needs the others: every plugin is registered. */
    default Mono<Void> boot(PluginManager plugins) {
        return Mono.empty();
    }

    /** Releases what the plugin holds. Called once, after its dependents', and only if it was registered. */
    default Mono<Void> shutdown() {
        return Mono.empty();
    }
}
