package io.cortexreactive.provider;

import io.cortexreactive.plugin.ExtensionPoint;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Brings providers: offers the registry as a service, and registers in it what plugins add. */
public final class ProviderPlugin implements Plugin {

    /** Where plugins add some. */
    public static final ExtensionPoint<Provider> PROVIDERS = ExtensionPoint.of("providers", Provider.class);

    private final ProviderRegistry registry;

    /** With a registry, which a plugin may replace. */
    public ProviderPlugin(ProviderRegistry registry) {
        this.registry = registry;
    }

    @Override
    public String id() {
        return "provider";
    }

    @Override
    public String name() {
        return "Provider Plugin";
    }

    @Override
    public String version() {
        return "1.0.0";
    }

    @Override
    public Set<String> provides() {
        return Set.of("provider-registry");
    }

    @Override
    public Mono<Void> register(PluginManager plugins) {
        return Mono.fromRunnable(() -> plugins.services().register(ProviderRegistry.class, registry));
    }

    @Override
    public Mono<Void> boot(PluginManager plugins) {
        return Mono.fromRunnable(() -> {
            ProviderRegistry chosen = plugins.services().get(ProviderRegistry.class);
            plugins.extensions(PROVIDERS).forEach(chosen::register);
        });
    }
}
