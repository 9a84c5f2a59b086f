package io.cortexreactive;

import io.cortexreactive.CortexConfig.ToolSettings;
import io.cortexreactive.event.EventHub;
import io.cortexreactive.guardrail.GuardrailPlugin;
import io.cortexreactive.guardrail.GuardrailRegistry;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.prompt.PromptLoader;
import io.cortexreactive.prompt.PromptPlugin;
import io.cortexreactive.prompt.PromptRegistry;
import io.cortexreactive.provider.ProviderPlugin;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tool.ToolPlugin;
import io.cortexreactive.tool.ToolRegistry;
import io.cortexreactive.tool.Tools;
import java.nio.file.Path;
import java.util.Collection;
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
        GuardrailRegistry guardrails) {

    /** Starts them all, and waits for it. */
    static Features start(CortexConfig config, EventHub events, ProviderRegistry providers, Collection<Plugin> added) {
        PluginManager plugins = PluginManager.create(config.plugins());
        builtIn(config, events, providers).forEach(plugins::add);
        added.forEach(plugins::add);
        plugins.discover(classes()).then(plugins.start()).block();
        GuardrailRegistry guardrails = plugins.services().get(GuardrailRegistry.class);
        ConfiguredGuardrails.make(guarding(config).section("define")).forEach(guardrails::register);
        return new Features(
                plugins,
                plugins.services().get(ProviderRegistry.class),
                plugins.services().get(ToolRegistry.class),
                plugins.services().get(PromptRegistry.class),
                guardrails);
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
                new ToolPlugin(tools(config.tools(), events)),
                new PromptPlugin(config.prompt()),
                new GuardrailPlugin(GuardrailRegistry.create(events)));
    }

    private static ToolRegistry tools(ToolSettings settings, EventHub events) {
        ToolRegistry tools = ToolRegistry.create(events);
        if (settings.discovery()) {
            Tools.discover().forEach(tools::register);
            Tools.discover(settings.packages()).forEach(tools::register);
        }
        return tools;
    }

    private static ClassLoader classes() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread == null ? Features.class.getClassLoader() : ofThread;
    }

    /** Shuts the plugins down. */
    Mono<Void> close() {
        return plugins.close();
    }
}
