package io.cortexreactive.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A plugin that writes down what is done with it. */
final class TestPlugin implements Plugin {

    private final String id;
    private final String version;
    private final List<String> journal;
    private final List<PluginDependency> dependencies = new ArrayList<>();
    private Set<String> provides = Set.of();
    private Function<PluginManager, Mono<Void>> register = plugins -> Mono.empty();
    private Function<PluginManager, Mono<Void>> boot = plugins -> Mono.empty();
    private Mono<Void> shutdown = Mono.empty();

    TestPlugin(String id, String version, List<String> journal) {
        this.id = id;
        this.version = version;
        this.journal = journal;
    }

    TestPlugin(String id) {
        this(id, "1.0.0", new ArrayList<>());
    }

    TestPlugin needs(String... ids) {
        for (String needed : ids) {
            dependencies.add(PluginDependency.on(needed));
        }
        return this;
    }

    TestPlugin needs(PluginDependency dependency) {
        dependencies.add(dependency);
        return this;
    }

    TestPlugin providing(String... features) {
        provides = Set.of(features);
        return this;
    }

    TestPlugin registering(Function<PluginManager, Mono<Void>> work) {
        register = work;
        return this;
    }

    TestPlugin booting(Function<PluginManager, Mono<Void>> work) {
        boot = work;
        return this;
    }

    TestPlugin shuttingDown(Mono<Void> work) {
        shutdown = work;
        return this;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public List<PluginDependency> dependencies() {
        return dependencies;
    }

    @Override
    public Set<String> provides() {
        return provides;
    }

    @Override
    public Mono<Void> register(PluginManager plugins) {
        journal.add("register " + id);
        return register.apply(plugins);
    }

    @Override
    public Mono<Void> boot(PluginManager plugins) {
        journal.add("boot " + id);
        return boot.apply(plugins);
    }

    @Override
    public Mono<Void> shutdown() {
        journal.add("shut down " + id);
        return shutdown;
    }
}
