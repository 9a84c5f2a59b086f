package io.cortexreactive;

import io.cortexreactive.CortexConfig.AgentSettings;
import io.cortexreactive.CortexConfig.ToolSettings;
import io.cortexreactive.agent.AgentPlugin;
import io.cortexreactive.agent.AgentRegistry;
import io.cortexreactive.agent.Agents;
import io.cortexreactive.event.EventHub;
import io.cortexreactive.guardrail.Guardrail;
import io.cortexreactive.guardrail.GuardrailPlugin;
import io.cortexreactive.guardrail.GuardrailRegistry;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.ServiceRegistry;
import io.cortexreactive.prompt.PromptLoader;
import io.cortexreactive.prompt.PromptPlugin;
import io.cortexreactive.prompt.PromptRegistry;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.provider.ProviderPlugin;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tool.ToolPlugin;
import io.cortexreactive.tool.ToolRegistry;
import io.cortexreactive.tool.Tools;
import io.cortexreactive.workflow.WorkflowPlugin;
import io.cortexreactive.workflow.WorkflowRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What plugins bring, the built-in ones and those of an application, once they are started. Whatever a plugin has put
 * in place of a registry is used.
 */
record Features(
        PluginManager plugins,
        ProviderRegistry providers,
        ToolRegistry tools,
        PromptRegistry prompts,
        GuardrailRegistry guardrails,
        AgentRegistry agents,
        WorkflowRegistry workflows) {

    /** How long something may take to close before the start's failure is told without it. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * Starts them all, and waits for it.
     *
     * @param made is told how to close them
     */
    static Features start(
            CortexConfig config,
            EventHub events,
            ProviderRegistry providers,
            Collection<Plugin> added,
            Deque<Mono<Void>> made) {
        PluginManager plugins = PluginManager.create(config.plugins());
        builtIn(config, events, providers).forEach(plugins::add);
        added.forEach(plugins::add);
        made.push(closing(plugins));
        plugins.discover(classes()).block();
        requireKnown(config, plugins);
        plugins.start().block();
        ServiceRegistry services = plugins.services();
        // Those that are disabled offer nothing, and what the application itself gives needs a place all the same.
        GuardrailRegistry guardrails =
                services.find(GuardrailRegistry.class).orElseGet(() -> GuardrailRegistry.create(events));
        ConfiguredGuardrails.make(guarding(config).section("define")).forEach(guardrails::register);
        return new Features(
                plugins,
                services.find(ProviderRegistry.class).orElse(providers),
                services.find(ToolRegistry.class).orElseGet(() -> ToolRegistry.create(events)),
                services.find(PromptRegistry.class).orElseGet(PromptRegistry::create),
                guardrails,
                services.find(AgentRegistry.class).orElseGet(() -> AgentRegistry.create(events)),
                services.find(WorkflowRegistry.class).orElseGet(() -> WorkflowRegistry.create(events)));
    }

    /** The providers that plugins give are the library's to close, which later its registry does. */
    private static Mono<Void> closing(PluginManager plugins) {
        return plugins.close()
                .thenMany(Flux.defer(() -> Flux.fromIterable(plugins.extensions(ProviderPlugin.PROVIDERS))))
                .concatMapDelayError(Provider::close)
                .then();
    }

    private static void requireKnown(CortexConfig config, PluginManager plugins) {
        List<String> known = plugins.all().stream().map(Plugin::id).toList();
        for (String id : config.plugins().disabled()) {
            if (!known.contains(id)) {
                throw config.source()
                        .section("plugins")
                        .wrong("disabled", "names no plugin: '" + id + "'. There are: " + String.join(", ", known));
            }
        }
    }

    /** Closes what was made for a start that failed, and waits for it. */
    static void undo(Collection<Mono<Void>> made, Throwable failure) {
        Flux.fromIterable(made)
                .concatMap(closing -> closing.timeout(PATIENCE).onErrorResume(error -> {
                    failure.addSuppressed(error);
                    return Mono.empty();
                }))
                .then()
                .block();
    }

    private static ConfigNode guarding(CortexConfig config) {
        return config.source().section("guardrails");
    }

    /** Refuses settings that name guardrails which there are not. To be asked once all are registered. */
    void requireGuardrails(CortexConfig config) {
        require(config, "input", config.guardrails().input());
        require(config, "output", config.guardrails().output());
    }

    private void require(CortexConfig config, String way, List<String> ids) {
        for (String id : ids) {
            if (!guardrails.has(id)) {
                throw guarding(config)
                        .wrong(
                                way,
                                "names guardrail '" + id
                                        + "', which there is not. Define it under guardrails.define, or"
                                        + " give it to Cortex.builder().guardrail(..).");
            }
        }
    }

    /** Loads prompts, and waits for it. */
    void load(List<Path> directories) {
        PromptLoader loader = PromptLoader.into(prompts);
        Flux.fromIterable(directories).concatMap(loader::load).then().block();
    }

    private static List<Plugin> builtIn(CortexConfig config, EventHub events, ProviderRegistry providers) {
        return List.of(
                new ProviderPlugin(providers),
                new ToolPlugin(tools(config, events)),
                new PromptPlugin(config.prompt()),
                new GuardrailPlugin(GuardrailRegistry.create(events)),
                new AgentPlugin(agents(config, events)),
                new WorkflowPlugin(WorkflowRegistry.create(events)));
    }

    private static ToolRegistry tools(CortexConfig config, EventHub events) {
        ToolRegistry tools = ToolRegistry.create(events);
        ToolSettings settings = config.tools();
        if (settings.discovery() && !config.plugins().disabled().contains("tool")) {
            Tools.discover().forEach(tools::register);
            Tools.discover(settings.packages()).forEach(tools::register);
        }
        return tools;
    }

    private static AgentRegistry agents(CortexConfig config, EventHub events) {
        AgentRegistry agents = AgentRegistry.create(events);
        AgentSettings settings = config.agent();
        if (settings.discovery() && !config.plugins().disabled().contains("agent")) {
            Agents.discover().forEach(agents::register);
            Agents.discover(settings.packages()).forEach(agents::register);
        }
        return agents;
    }

    private static ClassLoader classes() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread == null ? Features.class.getClassLoader() : ofThread;
    }

    /** Shuts the plugins down, and closes what no plugin does. */
    Mono<Void> close() {
        Flux<Guardrail> left =
                Flux.defer(() -> Flux.fromIterable(plugins.has("guardrail") ? List.of() : guardrails.all()));
        return Flux.concatDelayError(plugins.close(), left.concatMapDelayError(Guardrail::close))
                .then();
    }

    /** Makes the provider that the configuration names the default one. */
    void chooseDefault(CortexConfig config) {
        String id = config.defaultProvider();
        try {
            if (id != null) {
                providers.setDefault(id);
            }
        } catch (ProviderNotFoundException e) {
            throw config.source().wrong("default_provider", "names no provider: " + e.getMessage());
        }
    }
}
