package io.cortexreactive.plugin;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/**
 * The plugins of an application, and what they add. Thread-safe. Reading is in memory and takes no lock.
 *
 * <p>Life: {@link #add} and {@link #discover}, then {@link #start}, which is {@link #registerAll} and {@link #bootAll},
 * in the end {@link #close}. A plugin gets a view of the manager that adds in its name.
 */
public interface PluginManager {

    /** Without plugins. */
    static PluginManager create(PluginSettings settings) {
        return new DefaultPluginManager(settings);
    }

    /**
     * Adds a plugin.
     *
     * @throws PluginConflictException if the plugins were registered already
     */
    PluginManager add(Plugin plugin);

    /**
     * Adds what {@link java.util.ServiceLoader} finds, on a bounded scheduler; nothing if the settings say so, and
     * nothing that was added already. Fails with {@link PluginDiscoveryException} if one that is declared cannot be
     * made, and adds none then.
     */
    Mono<Void> discover(ClassLoader loader);

    /**
     * Registers every plugin that is not disabled, dependencies first, otherwise in the order they were added. Fails
     * with {@link PluginResolutionException}, which lists everything that is wrong, before anything of a plugin is
     * called; with {@link PluginFailedException} if a plugin fails or hangs, after those registered were shut down.
     * Works once. If it is cancelled, {@link #close} shuts down what was registered.
     */
    Mono<Void> registerAll();

    /** Boots in the same order. Fails as {@link #registerAll} does. Works once. */
    Mono<Void> bootAll();

    /** Registers all, then boots all. */
    default Mono<Void> start() {
        return registerAll().then(Mono.defer(this::bootAll));
    }

    /**
     * Shuts down in reverse order, every plugin even if one fails; then fails with the first failure. Idempotent.
     * Hooks, extensions and services stay readable.
     */
    Mono<Void> close();

    /** Those added, in order; once registered, those in use, dependencies first. */
    List<Plugin> all();

    /**
     * A plugin in use, or added before there are any in use.
     *
     * @throws PluginNotFoundException if there is none of this id; it names those there are
     */
    Plugin plugin(String id);

    /** How far a plugin has come; empty if none of this id was added. */
    Optional<PluginState> state(String id);

    /** Whether a plugin in use provides the feature or has it as its id. False before plugins are registered. */
    boolean has(String feature);

    /** The features of the plugins in use, their ids among them. */
    Set<String> features();

    /** The implementations that plugins offer and may replace. */
    ServiceRegistry services();

    /**
     * Adds to an extension point. It counts from when its feature next reads the list: the features say when.
     *
     * @throws PluginConflictException if the point is known with another type, or the extension is not of its type
     */
    <T> void extend(ExtensionPoint<T> point, T extension);

    /** What was added to an extension point, in the order it was. */
    <T> List<T> extensions(ExtensionPoint<T> point);

    /**
     * Sends a value through what was added to an extension point, in the order it was, on subscription, and emits what
     * came out; a step that is empty leaves it as it is. Threads, time and errors are those of {@link #applyHooks}: an
     * error has the point's name in place of the hook's.
     *
     * @param step what one extension makes of what the one before it made
     */
    <T, V> Mono<V> applyExtensions(ExtensionPoint<T> point, V value, BiFunction<T, V, Mono<V>> step);

    /** Adds a hook of priority 0. */
    default <T> void addHook(Hook<T> hook, HookHandler<T> handler) {
        addHook(hook, 0, handler);
    }

    /**
     * Adds a hook. Of two, the one with the lower priority comes first; of equal ones, the one that was added first.
     *
     * @throws PluginConflictException if the hook is known with another type
     */
    <T> void addHook(Hook<T> hook, int priority, HookHandler<T> handler);

    /** Whether anything is hooked in there: if not, a caller need not even make the payload. */
    boolean hasHooks(Hook<?> hook);

    /**
     * Sends a payload through a hook's handlers, on subscription, and emits what came out. Each handler runs on a
     * bounded scheduler, with the subscriber's Context. Without a handler it emits the payload at once.
     *
     * <p>Fails with {@link HookVetoedException}, {@link HookFailedException} or {@link HookTimedOutException}, each
     * naming plugin and hook; later handlers are not called then. Cancel reaches the handler that is running.
     */
    <T> Mono<T> applyHooks(Hook<T> hook, T payload);
}
