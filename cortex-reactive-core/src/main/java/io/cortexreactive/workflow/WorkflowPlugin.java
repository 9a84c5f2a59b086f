package io.cortexreactive.workflow;

import io.cortexreactive.plugin.ExtensionPoint;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Brings workflows: offers the registry as a service, and registers in it what plugins add. */
public final class WorkflowPlugin implements Plugin {

    /** Where plugins add some. */
    public static final ExtensionPoint<WorkflowDefinition> WORKFLOWS =
            ExtensionPoint.of("workflows", WorkflowDefinition.class);

    private final WorkflowRegistry registry;

    /** With a registry, which a plugin may replace. */
    public WorkflowPlugin(WorkflowRegistry registry) {
        this.registry = registry;
    }

    @Override
    public String id() {
        return "workflow";
    }

    @Override
    public String name() {
        return "Workflow Plugin";
    }

    @Override
    public String version() {
        return "1.0.0";
    }

    @Override
    public Set<String> provides() {
        return Set.of("workflow-registry");
    }

    @Override
    public Mono<Void> register(PluginManager plugins) {
        return Mono.fromRunnable(() -> plugins.services().register(WorkflowRegistry.class, registry));
    }

    @Override
    public Mono<Void> boot(PluginManager plugins) {
        return Mono.fromRunnable(() -> {
            WorkflowRegistry chosen = plugins.services().get(WorkflowRegistry.class);
            plugins.extensions(WORKFLOWS).forEach(chosen::register);
        });
    }
}
