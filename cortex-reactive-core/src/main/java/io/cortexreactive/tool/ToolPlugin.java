package io.cortexreactive.tool;

import io.cortexreactive.plugin.ExtensionPoint;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Brings tools: offers the registry as a service, and registers in it what plugins add. */
public final class ToolPlugin implements Plugin {

    /** Where plugins add some. */
    public static final ExtensionPoint<Tool> TOOLS = ExtensionPoint.of("tools", Tool.class);

    private final ToolRegistry registry;

    /** With a registry, which a plugin may replace. */
    public ToolPlugin(ToolRegistry registry) {
        this.registry = registry;
    }

    @Override
    public String id() {
        return "tool";
    }

    @Override
    public String name() {
        return "Tool Plugin";
    }

    @Override
    public String version() {
        return "1.0.0";
    }

    @Override
    public Set<String> provides() {
        return Set.of("tool-registry");
    }

    @Override
    public Mono<Void> register(PluginManager plugins) {
        return Mono.fromRunnable(() -> plugins.services().register(ToolRegistry.class, registry));
    }

    @Override
    public Mono<Void> boot(PluginManager plugins) {
        return Mono.fromRunnable(() -> {
            ToolRegistry chosen = plugins.services().get(ToolRegistry.class);
            plugins.extensions(TOOLS).forEach(chosen::register);
        });
    }
}
