package io.cortexreactive;

import io.cortexreactive.CortexConfig.ProviderSettings;
import io.cortexreactive.CortexConfig.TenancySettings;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderConfigurationException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.provider.bedrock.BedrockTransport;
import io.cortexreactive.provider.openai.OpenAiDialect;
import io.cortexreactive.provider.wire.HttpCall;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Turns a configuration file into a {@link CortexConfig}, section by section. */
final class ConfigReader {

    private static final String DIALECT = "dialect";
    private static final String TRANSPORT = "transport";
    private static final String MAX_TOKENS = "max_tokens";
    private static final String MAX_CONNECTIONS = "max_connections";
    private static final String HEADERS = "headers";

    /** What only providers of one type can be told. */
    private static final Map<String, String> SPECIAL =
            Map.of("openai", DIALECT, "bedrock", TRANSPORT, "anthropic", MAX_TOKENS);

    private static final Map<String, OpenAiDialect> DIALECTS = Map.of(
            "openai", OpenAiDialect.OPENAI,
            "deepseek", OpenAiDialect.DEEPSEEK,
            "openrouter", OpenAiDialect.OPENROUTER,
            "ollama", OpenAiDialect.OLLAMA,
            "vllm", OpenAiDialect.VLLM,
            "compatible", OpenAiDialect.COMPATIBLE);

    private ConfigReader() {}

    /** The keys may stand at the top of the file or under {@code cortex}, but not in both places. */
    static CortexConfig read(ConfigNode file) {
        boolean rooted = file.has("cortex");
        if (rooted) {
            file.allowOnly("cortex");
        }
        ConfigNode root = rooted ? file.section("cortex") : file;
        root.allowOnly(
                "events",
                "tenancy",
                "resilience",
                "default_provider",
                "providers",
                "plugins",
                "prompt",
                "tools",
                "guardrails",
                "structured_output",
                "agent",
                "workflow");
        ChatResilience resilience = ResilienceReader.read(root.section("resilience"), ChatResilience.DEFAULTS);
        CortexConfig.Builder config = CortexConfig.builder()
                .source(root)
                .events(events(root.section("events")))
                .tenancy(tenancy(root.section("tenancy")))
                .resilience(resilience)
                .plugins(FeatureReader.plugins(root.section("plugins")))
                .prompt(FeatureReader.prompt(root.section("prompt")))
                .tools(FeatureReader.tools(root.section("tools")))
                .guardrails(FeatureReader.guardrails(root.section("guardrails")))
                .structuredOutput(FeatureReader.structured(root.section("structured_output")))
                .agent(FeatureReader.agent(root.section("agent")))
                .workflow(WorkflowReader.read(root.section("workflow")))
                .defaultProvider(root.text("default_provider"));
        ConfigNode providers = root.section("providers");
        providers.names().forEach(id -> config.provider(id, provider(id, providers.section(id), resilience)));
        return config.build();
    }

    private static EventSettings events(ConfigNode node) {
        node.allowOnly("enabled", "disabled", "logging");
        return new EventSettings(
                node.bool("enabled", EventSettings.DEFAULTS.enabled()),
                eventNames(node, "disabled", EventSettings.DEFAULTS.disabled()),
                logging(node.section("logging")));
    }

    private static EventSettings.Logging logging(ConfigNode node) {
        node.allowOnly("enabled", "channel", "level", "events");
        EventSettings.Logging fallback = EventSettings.Logging.DEFAULTS;
        return new EventSettings.Logging(
                node.bool("enabled", fallback.enabled()),
                node.text("channel", fallback.channel()),
                node.choice("level", Level.class, fallback.level()),
                eventNames(node, "events", fallback.events()));
    }

    private static Set<String> eventNames(ConfigNode node, String key, Set<String> fallback) {
        Set<String> names = node.texts(key);
        if (names == null) {
            return fallback;
        }
        return names.stream()
                .map(name -> KnownEvents.find(name)
                        .orElseThrow(() ->
                                node.wrong(key, "names no event: " + name + ". Known are: " + KnownEvents.known())))
                .collect(Collectors.toSet());
    }

    private static TenancySettings tenancy(ConfigNode node) {
        node.allowOnly("enabled", "required", "resolver");
        TenancySettings fallback = TenancySettings.DEFAULTS;
        return new TenancySettings(
                node.bool("enabled", fallback.enabled()),
                node.bool("required", fallback.required()),
                node.text("resolver"));
    }

    private static ProviderSettings provider(String id, ConfigNode node, ChatResilience all) {
        ProviderTimeouts timeouts = timeouts(node.section("timeouts"));
        ChatResilience own = node.has("resilience") ? ResilienceReader.read(node.section("resilience"), all) : null;
        String type = node.text("type", id);
        // What is of another type is no setting of this one, and is refused with those that there are not.
        String special = SPECIAL.getOrDefault(type, "");
        Map<String, Object> settings =
                node.plainWithout("type", "timeouts", "resilience", MAX_CONNECTIONS, HEADERS, special);
        try {
            return new ProviderSettings(type, ProviderConfig.of(settings), timeouts, own, setup(node, special));
        } catch (ProviderConfigurationException e) {
            throw wrong(node, e);
        }
    }

    private static ProviderSetup setup(ConfigNode node, String special) {
        return new ProviderSetup(
                special.equals(DIALECT) ? dialect(node) : null,
                special.equals(TRANSPORT) && node.text(TRANSPORT) != null
                        ? node.choice(TRANSPORT, BedrockTransport.class, BedrockTransport.DIRECT)
                        : null,
                number(node, MAX_CONNECTIONS),
                special.equals(MAX_TOKENS) ? number(node, MAX_TOKENS) : null,
                headers(node.section(HEADERS)));
    }

    private static @Nullable OpenAiDialect dialect(ConfigNode node) {
        String name = node.text(DIALECT);
        OpenAiDialect dialect = name == null ? null : DIALECTS.get(name.toLowerCase(Locale.ROOT));
        if (name != null && dialect == null) {
            throw node.wrong(DIALECT, "must be one of " + new TreeSet<>(DIALECTS.keySet()) + ", and is: " + name);
        }
        return dialect;
    }

    private static @Nullable Integer number(ConfigNode node, String name) {
        return node.text(name) == null ? null : (Integer) node.whole(name, 0);
    }

    private static Map<String, String> headers(ConfigNode node) {
        Map<String, String> headers = new LinkedHashMap<>();
        node.plainWithout().forEach((name, value) -> {
            try {
                HttpCall.requireSendable(name, value.toString());
            } catch (ProviderConfigurationException e) {
                throw node.wrong(name, "cannot be used: " + e.getMessage());
            }
            headers.put(name, value.toString());
        });
        return headers;
    }

    /** Tells what a provider finds wrong where it stands in the file. */
    static ConfigurationException wrong(ConfigNode provider, ProviderConfigurationException error) {
        String problem = "cannot be used: " + error.getMessage();
        return error.setting() == null ? provider.wrong(problem) : provider.wrong(error.setting(), problem);
    }

    private static ProviderTimeouts timeouts(ConfigNode node) {
        node.allowOnly("connect", "first_token", "idle", "total");
        ProviderTimeouts fallback = ProviderTimeouts.DEFAULTS;
        return new ProviderTimeouts(
                node.duration("connect", fallback.connect()),
                node.duration("first_token", fallback.firstToken()),
                node.duration("idle", fallback.idle()),
                node.duration("total", fallback.total()));
    }
}
