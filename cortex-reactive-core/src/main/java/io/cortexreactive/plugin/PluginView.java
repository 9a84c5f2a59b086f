package io.cortexreactive.plugin;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;

/** The manager, as a plugin sees it: what it adds is in its name, and what the life of all is, is not its business. */
final class PluginView implements PluginManager {

    private final DefaultPluginManager manager;
    private final String plugin;

    PluginView(DefaultPluginManager manager, String plugin) {
        this.manager = manager;
        this.plugin = plugin;
    }

    @Override
    public PluginManager add(Plugin added) {
        return manager.add(added);
    }

    @Override
    public Mono<Void> discover(ClassLoader loader) {
        return notYours();
    }

    @Override
    public Mono<Void> registerAll() {
        return notYours();
    }

    @Override
    public Mono<Void> bootAll() {
        return notYours();
    }

    @Override
    public Mono<Void> close() {
        return notYours();
    }

    private Mono<Void> notYours() {
        return Mono.error(() -> new PluginConflictException(
                "Plugin '" + plugin + "' may not start or close the plugins: the application does."));
    }

    @Override
    public List<Plugin> all() {
        return manager.all();
    }

    @Override
    public Plugin plugin(String id) {
        return manager.plugin(id);
    }

    @Override
    public Optional<PluginState> state(String id) {
        return manager.state(id);
    }

    @Override
    public boolean has(String feature) {
        return manager.has(feature);
    }

    @Override
    public Set<String> features() {
        return manager.features();
    }

    @Override
    public ServiceRegistry services() {
        return manager.services(plugin);
    }

    @Override
    public <T> void extend(ExtensionPoint<T> point, T extension) {
        manager.extend(plugin, point, extension);
    }

    @Override
    public <T> List<T> extensions(ExtensionPoint<T> point) {
        return manager.extensions(point);
    }

    @Override
    public <T, V> Mono<V> applyExtensions(ExtensionPoint<T> point, V value, BiFunction<T, V, Mono<V>> step) {
        return manager.applyExtensions(point, value, step);
    }

    @Override
    public <T> void addHook(Hook<T> hook, int priority, HookHandler<T> handler) {
        manager.addHook(plugin, hook, priority, handler);
    }

    @Override
    public boolean hasHooks(Hook<?> hook) {
        return manager.hasHooks(hook);
    }

    @Override
    public <T> Mono<T> applyHooks(Hook<T> hook, T payload) {
        return manager.applyHooks(hook, payload);
    }
}
