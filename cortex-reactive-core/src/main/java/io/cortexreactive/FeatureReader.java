package io.cortexreactive;

import io.cortexreactive.CortexConfig.AgentSettings;
import io.cortexreactive.CortexConfig.ToolSettings;
import io.cortexreactive.error.CortexException;
import io.cortexreactive.guardrail.GuardrailSettings;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.prompt.PromptSettings;
import io.cortexreactive.structured.StructuredOptions;
import io.cortexreactive.structured.StructuredStrategy;
import io.cortexreactive.tool.ToolConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Reads the sections of plugins, prompts, tools, guardrails, structured output and agents. */
final class FeatureReader {

    private FeatureReader() {}

    static PluginSettings plugins(ConfigNode node) {
        node.allowOnly("discovery", "disabled", "start_timeout", "hook_timeout");
        PluginSettings fallback = PluginSettings.DEFAULTS;
        return new PluginSettings(
                node.bool("discovery", fallback.discovery()),
                texts(node, "disabled", fallback.disabled()),
                node.duration("start_timeout", fallback.startTimeout()),
                node.duration("hook_timeout", fallback.hookTimeout()));
    }

    static PromptSettings prompt(ConfigNode node) {
        node.allowOnly("discovery", "caching", "hot_reload");
        ConfigNode discovery = node.section("discovery");
        discovery.allowOnly("enabled", "paths");
        ConfigNode caching = node.section("caching");
        caching.allowOnly("enabled", "ttl");
        PromptSettings fallback = PromptSettings.DEFAULTS;
        return fallback.withDiscovery(new PromptSettings.Discovery(
                        discovery.bool("enabled", fallback.discovery().enabled()),
                        List.copyOf(texts(discovery, "paths", Set.of()))))
                .withCaching(new PromptSettings.Caching(
                        caching.bool("enabled", fallback.caching().enabled()),
                        caching.seconds("ttl", fallback.caching().ttl())))
                .withHotReload(node.bool("hot_reload", fallback.hotReload()));
    }

    static ToolSettings tools(ConfigNode node) {
        node.allowOnly("discovery", "timeout", "max_concurrent", "blocking_threads");
        ConfigNode discovery = node.section("discovery");
        discovery.allowOnly("enabled", "packages");
        ToolSettings fallback = ToolSettings.DEFAULTS;
        ToolConfig running = fallback.running();
        return new ToolSettings(
                discovery.bool("enabled", fallback.discovery()),
                List.copyOf(texts(discovery, "packages", Set.of())),
                checked(
                        node,
                        () -> new ToolConfig(
                                node.duration("timeout", running.timeout()),
                                node.whole("max_concurrent", running.maxConcurrent()),
                                node.whole("blocking_threads", running.blockingThreads()))));
    }

    static GuardrailSettings guardrails(ConfigNode node) {
        node.allowOnly("input", "output", "new_input_only", "timeout", "define");
        ConfiguredGuardrails.make(node.section("define")); // What is wrong with them is told now.
        GuardrailSettings fallback = GuardrailSettings.DEFAULTS;
        return new GuardrailSettings(
                List.copyOf(texts(node, "input", Set.of())),
                List.copyOf(texts(node, "output", Set.of())),
                node.bool("new_input_only", fallback.newInputOnly()),
                node.duration("timeout", fallback.timeout()));
    }

    static StructuredOptions structured(ConfigNode node) {
        node.allowOnly("strategy", "max_attempts");
        StructuredOptions fallback = StructuredOptions.DEFAULTS;
        return new StructuredOptions(
                node.choice("strategy", StructuredStrategy.class, fallback.strategy()),
                node.positive("max_attempts", fallback.attempts()));
    }

    static AgentSettings agent(ConfigNode node) {
        node.allowOnly("discovery", "runs");
        ConfigNode discovery = node.section("discovery");
        discovery.allowOnly("enabled", "packages");
        return new AgentSettings(
                discovery.bool("enabled", AgentSettings.DEFAULTS.discovery()),
                List.copyOf(texts(discovery, "packages", Set.of())),
                AgentRunsReader.read(node.section("runs")));
    }

    private static Set<String> texts(ConfigNode node, String name, Set<String> fallback) {
        Set<String> texts = node.texts(name);
        return texts == null ? fallback : new LinkedHashSet<>(texts);
    }

    private static <T> T checked(ConfigNode node, Supplier<T> made) {
        try {
            return made.get();
        } catch (CortexException e) {
            throw node.wrong("cannot be used: " + e.getMessage());
        }
    }
}
