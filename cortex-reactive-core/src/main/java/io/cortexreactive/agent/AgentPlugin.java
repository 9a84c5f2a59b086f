package io.cortexreactive.agent;

import io.cortexreactive.plugin.ExtensionPoint;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Brings agents: offers the registry as a service, and registers in it what plugins add. */
public final class AgentPlugin implements Plugin {

    /** Where plugins add some. */
    public static final ExtensionPoint<AgentDefinition> AGENTS = ExtensionPoint.of("agents", AgentDefinition.class);

    private final AgentRegistry registry;

    /** With a registry, which a plugin may replace. */
    public AgentPlugin(AgentRegistry registry) {
        this.registry = registry;
    }

    @Override
    public String id() {
        return "agent";
    }

    @Override
    public String name() {
        return "Agent Plugin";
    }

    @Override
    public String version() {
        return "1.0.0";
    }

    @Override
    public Set<String> provides() {
        return Set.of("agent-registry");
    }

    @Override
    public Mono<Void> register(PluginManager plugins) {
        return Mono.fromRunnable(() -> plugins.services().register(AgentRegistry.class, registry));
    }

    @Override
    public Mono<Void> boot(PluginManager plugins) {
        return Mono.fromRunnable(() -> {
            AgentRegistry chosen = plugins.services().get(AgentRegistry.class);
            plugins.extensions(AGENTS).forEach(chosen::register);
        });
    }
}
