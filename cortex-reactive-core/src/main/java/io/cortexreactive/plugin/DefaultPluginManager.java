package io.cortexreactive.plugin;

import io.cortexreactive.plugin.PluginProblem.InvalidDescription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

final class DefaultPluginManager implements PluginManager {

    /** In whose name things are added that no plugin adds. */
    private static final String APPLICATION = "application";

    private enum Phase {
        ADDING,
        REGISTERING,
        REGISTERED,
        BOOTING,
        BOOTED,
        CLOSED
    }

    private final PluginSettings settings;
    private final Services services = new Services();
    private final ExtensionRegistry extensions = new ExtensionRegistry();
    private final HookRegistry hooks;
    private final Map<String, PluginState> states = new ConcurrentHashMap<>();
    private final List<Plugin> registered = Collections.synchronizedList(new ArrayList<>());
    private volatile List<Plugin> plugins = List.of();
    private volatile Set<String> features = Set.of();
    private Phase phase = Phase.ADDING;

    DefaultPluginManager(PluginSettings settings) {
        this.settings = settings;
        this.hooks = new HookRegistry(settings.hookTimeout());
    }

    @Override
    public synchronized PluginManager add(Plugin plugin) {
        if (plugin.id() == null) {
            String name = plugin.getClass().getName();
            throw new PluginResolutionException(List.of(new InvalidDescription(name, "has null for its id.")));
        }
        if (phase != Phase.ADDING) {
            throw new PluginConflictException(
                    "Plugin '" + plugin.id() + "' comes too late: the plugins were registered already.");
        }
        List<Plugin> changed = new ArrayList<>(plugins);
        changed.add(plugin);
        plugins = List.copyOf(changed);
        states.put(plugin.id(), settings.disabled().contains(plugin.id()) ? PluginState.DISABLED : PluginState.ADDED);
        return this;
    }

    @Override
    public Mono<Void> discover(ClassLoader loader) {
        if (!settings.discovery()) {
            return Mono.empty();
        }
        return Mono.<Void>fromRunnable(() -> find(loader).forEach(this::add)).subscribeOn(Schedulers.boundedElastic());
    }

    private List<Plugin> find(ClassLoader loader) {
        List<Plugin> found = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        Iterator<ServiceLoader.Provider<Plugin>> declared =
                ServiceLoader.load(Plugin.class, loader).stream().iterator();
        while (hasNext(declared, failures)) {
            try {
                Plugin plugin = declared.next().get();
                if (plugin.id() == null || !states.containsKey(plugin.id())) {
                    found.add(plugin);
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            throw new PluginDiscoveryException(failures);
        }
        return found;
    }

    /** Each failure names another line of a file, so there is an end to them. */
    private static boolean hasNext(Iterator<?> declared, List<Throwable> failures) {
        while (true) {
            try {
                return declared.hasNext();
            } catch (ServiceConfigurationError e) {
                failures.add(e);
            }
        }
    }

    @Override
    public Mono<Void> registerAll() {
        return Mono.defer(() -> {
            enter(Phase.ADDING, Phase.REGISTERING);
            List<Plugin> order = PluginGraph.order(plugins, settings.disabled());
            plugins = order;
            features = featuresOf(order);
            return Flux.fromIterable(order)
                    .concatMap(this::register, 1)
                    .then(Mono.fromRunnable(() -> enter(Phase.REGISTERING, Phase.REGISTERED)));
        });
    }

    private Mono<Void> register(Plugin plugin) {
        return step(plugin, "register", () -> plugin.register(new PluginView(this, plugin.id())))
                .then(Mono.fromRunnable(() -> {
                    registered.add(plugin);
                    states.put(plugin.id(), PluginState.REGISTERED);
                }));
    }

    @Override
    public Mono<Void> bootAll() {
        return Mono.defer(() -> {
            enter(Phase.REGISTERED, Phase.BOOTING);
            return Flux.fromIterable(plugins)
                    .concatMap(this::boot, 1)
                    .then(Mono.fromRunnable(() -> enter(Phase.BOOTING, Phase.BOOTED)));
        });
    }

    private Mono<Void> boot(Plugin plugin) {
        return step(plugin, "boot", () -> plugin.boot(new PluginView(this, plugin.id())))
                .then(Mono.fromRunnable(() -> states.put(plugin.id(), PluginState.BOOTED)));
    }

    private Mono<Void> step(Plugin plugin, String name, Supplier<Mono<Void>> work) {
        return bounded(plugin, name, work).onErrorResume(error -> {
            states.put(plugin.id(), PluginState.FAILED);
            return close().onErrorComplete().then(Mono.error(error));
        });
    }

    private Mono<Void> bounded(Plugin plugin, String name, Supplier<Mono<Void>> work) {
        return PluginCode.call(work)
                .timeout(settings.startTimeout())
                .onErrorMap(error -> new PluginFailedException(plugin.id(), name, error));
    }

    private synchronized void enter(Phase from, Phase to) {
        if (phase != from) {
            throw new PluginConflictException("Plugins cannot go on to be " + to + ": they are " + phase + ".");
        }
        phase = to;
    }

    private static Set<String> featuresOf(List<Plugin> plugins) {
        Set<String> features = new LinkedHashSet<>();
        for (Plugin plugin : plugins) {
            features.add(plugin.id());
            features.addAll(plugin.provides());
        }
        return Collections.unmodifiableSet(features);
    }

    @Override
    public Mono<Void> close() {
        return Flux.defer(() -> Flux.fromIterable(takeRegistered()))
                .concatMap(
                        plugin -> shutdown(plugin).then(Mono.<Throwable>empty()).onErrorResume(Mono::just), 1)
                .collectList()
                .flatMap(DefaultPluginManager::failure);
    }

    private static Mono<Void> failure(List<Throwable> failures) {
        if (failures.isEmpty()) {
            return Mono.empty();
        }
        Throwable first = failures.get(0);
        failures.stream().skip(1).forEach(first::addSuppressed);
        return Mono.error(first);
    }

    private synchronized List<Plugin> takeRegistered() {
        phase = Phase.CLOSED;
        List<Plugin> reversed = new ArrayList<>(registered);
        Collections.reverse(reversed);
        registered.clear();
        return reversed;
    }

    private Mono<Void> shutdown(Plugin plugin) {
        return bounded(plugin, "shut down", plugin::shutdown)
                .doFinally(signal -> states.computeIfPresent(
                        plugin.id(), (id, state) -> state == PluginState.FAILED ? state : PluginState.STOPPED));
    }

    @Override
    public List<Plugin> all() {
        return plugins;
    }

    @Override
    public Plugin plugin(String id) {
        return plugins.stream()
                .filter(plugin -> plugin.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new PluginNotFoundException(
                        id, plugins.stream().map(Plugin::id).toList()));
    }

    @Override
    public Optional<PluginState> state(String id) {
        return Optional.ofNullable(states.get(id));
    }

    @Override
    public boolean has(String feature) {
        return features.contains(feature);
    }

    @Override
    public Set<String> features() {
        return features;
    }

    @Override
    public ServiceRegistry services() {
        return services(APPLICATION);
    }

    ServiceRegistry services(String plugin) {
        return services.as(plugin);
    }

    @Override
    public <T> void extend(ExtensionPoint<T> point, T extension) {
        extend(APPLICATION, point, extension);
    }

    <T> void extend(String plugin, ExtensionPoint<T> point, T extension) {
        extensions.add(plugin, point, extension);
    }

    @Override
    public <T> List<T> extensions(ExtensionPoint<T> point) {
        return extensions.get(APPLICATION, point);
    }

    @Override
    public <T, V> Mono<V> applyExtensions(ExtensionPoint<T> point, V value, BiFunction<T, V, Mono<V>> step) {
        Mono<V> result = Mono.just(value);
        for (ExtensionRegistry.Added<T> added : extensions.added(APPLICATION, point)) {
            result = result.flatMap(current -> PluginCode.step(
                            added.plugin(),
                            point.name(),
                            settings.hookTimeout(),
                            () -> step.apply(added.extension(), current))
                    .defaultIfEmpty(current));
        }
        return result;
    }

    @Override
    public <T> void addHook(Hook<T> hook, int priority, HookHandler<T> handler) {
        addHook(APPLICATION, hook, priority, handler);
    }

    <T> void addHook(String plugin, Hook<T> hook, int priority, HookHandler<T> handler) {
        hooks.add(plugin, hook, priority, handler);
    }

    @Override
    public boolean hasHooks(Hook<?> hook) {
        return hooks.has(hook);
    }

    @Override
    public <T> Mono<T> applyHooks(Hook<T> hook, T payload) {
        return hooks.apply(hook, payload);
    }
}
