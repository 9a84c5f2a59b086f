package io.cortexreactive;

import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.guardrail.GuardrailSettings;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.prompt.PromptSettings;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.structured.StructuredOptions;
import io.cortexreactive.tool.ToolConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of {@link Cortex}. Every key has a default, so an empty file is fine. Immutable; equal when the
 * settings are, wherever they come from.
 */
public final class CortexConfig {

    private final EventSettings events;
    private final TenancySettings tenancy;
    private final ChatResilience resilience;
    private final @Nullable String defaultProvider;
    private final Map<String, ProviderSettings> providers;
    private final Features features;
    private final ConfigNode source;

    private CortexConfig(Builder builder) {
        events = builder.events;
        tenancy = builder.tenancy;
        resilience = builder.resilience;
        defaultProvider = builder.defaultProvider;
        providers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.providers));
        features = new Features(
                builder.plugins,
                builder.prompt,
                builder.tools,
                builder.guardrails,
                builder.structuredOutput,
                builder.agent,
                builder.workflow);
        source = builder.source;
    }

    /** What belongs to one feature each. */
    private record Features(
            PluginSettings plugins,
            PromptSettings prompt,
            ToolSettings tools,
            GuardrailSettings guardrails,
            StructuredOptions structuredOutput,
            AgentSettings agent,
            WorkflowSettings workflow) {}

    /** Everything by default. */
    public static CortexConfig defaults() {
        return builder().build();
    }

    /**
     * Reads a YAML file, filling {@code ${NAME}} and {@code ${NAME:default}} from the environment. Blocks while it
     * reads.
     *
     * @throws ConfigurationException naming file, line and key of what cannot be used
     */
    public static CortexConfig load(Path path) {
        return ConfigReader.read(YamlFile.read(path, System::getenv));
    }

    /** The event stream and its log. */
    public EventSettings events() {
        return events;
    }

    /** Who calls are for. */
    public TenancySettings tenancy() {
        return tenancy;
    }

    /** What protects chat calls, where their provider has no settings of its own. */
    public ChatResilience resilience() {
        return resilience;
    }

    /** The provider that {@code cortex.chat()} uses; null for the first one registered. */
    public @Nullable String defaultProvider() {
        return defaultProvider;
    }

    /** Providers to make, by id. */
    public Map<String, ProviderSettings> providers() {
        return providers;
    }

    /** Which plugins there are. */
    public PluginSettings plugins() {
        return features.plugins;
    }

    /** How prompts are found and kept. */
    public PromptSettings prompt() {
        return features.prompt;
    }

    /** How tools are found and run. */
    public ToolSettings tools() {
        return features.tools;
    }

    /** Which guardrails apply to every call. */
    public GuardrailSettings guardrails() {
        return features.guardrails;
    }

    /** How answers of a given shape are asked for. */
    public StructuredOptions structuredOutput() {
        return features.structuredOutput;
    }

    /** How agents are found, and run in the background. */
    public AgentSettings agent() {
        return features.agent;
    }

    /** How workflows are run and kept. */
    public WorkflowSettings workflow() {
        return features.workflow;
    }

    /** Where it was read, so that what only shows later can be told with file and line as well. */
    ConfigNode source() {
        return source;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CortexConfig that
                && events.equals(that.events)
                && tenancy.equals(that.tenancy)
                && resilience.equals(that.resilience)
                && Objects.equals(defaultProvider, that.defaultProvider)
                && providers.equals(that.providers)
                && features.equals(that.features);
    }

    @Override
    public int hashCode() {
        return Objects.hash(events, tenancy, resilience, defaultProvider, providers, features);
    }

    @Override
    public String toString() {
        return "CortexConfig[events=" + events + ", tenancy=" + tenancy + ", resilience=" + resilience
                + ", defaultProvider=" + defaultProvider + ", providers=" + providers + ", features=" + features + "]";
    }

    /** Starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Who calls are for.
     *
     * @param enabled whether the resolver is asked for the tenant of a call whose Context has none; false by default
     * @param required whether a call without a tenant is refused; false by default
     * @param resolver class name of the resolver, with a public constructor without parameters; null for the one given
     *     to the builder of {@link Cortex}
     */
    public record TenancySettings(
            boolean enabled, boolean required, @Nullable String resolver) {

        /** No resolver, and no tenant is fine. */
        public static final TenancySettings DEFAULTS = new TenancySettings(false, false, null);
    }

    /**
     * One provider to make.
     *
     * @param type which one: {@code bedrock}, {@code openai} or {@code anthropic}
     * @param config credentials, region, endpoint, model
     * @param timeouts how long a call may take
     * @param resilience what protects calls to it; null for what protects all
     * @param setup its connections, headers and protocol
     */
    public record ProviderSettings(
            String type,
            ProviderConfig config,
            ProviderTimeouts timeouts,
            @Nullable ChatResilience resilience,
            ProviderSetup setup) {

        /** Set up as it is by itself, and protected as all are. */
        public ProviderSettings(String type, ProviderConfig config, ProviderTimeouts timeouts) {
            this(type, config, timeouts, null);
        }

        /** Set up as it is by itself. */
        public ProviderSettings(
                String type, ProviderConfig config, ProviderTimeouts timeouts, @Nullable ChatResilience resilience) {
            this(type, config, timeouts, resilience, ProviderSetup.DEFAULTS);
        }
    }

    /**
     * How tools are found and run.
     *
     * @param discovery whether {@link java.util.ServiceLoader} and the packages are asked for tools; true by default
     * @param packages that are searched for classes with annotated methods; none by default
     * @param running how they are run
     */
    public record ToolSettings(boolean discovery, List<String> packages, ToolConfig running) {

        /** What is declared as a service, run by {@link ToolConfig#DEFAULTS}. */
        public static final ToolSettings DEFAULTS = new ToolSettings(true, List.of(), ToolConfig.DEFAULTS);

        public ToolSettings {
            packages = List.copyOf(packages);
        }
    }

    /**
     * How agents are found, and run in the background.
     *
     * @param discovery whether {@link java.util.ServiceLoader} and the packages are asked for agents; true by default
     * @param packages that are searched for classes with {@link io.cortexreactive.agent.AgentClass}; none by default
     * @param runs how they are run in the background, unless the builder of {@link Cortex} is told
     */
    public record AgentSettings(boolean discovery, List<String> packages, AgentRunSettings runs) {

        /** What is declared as a service, run by {@link AgentRunSettings#DEFAULTS}. */
        public static final AgentSettings DEFAULTS = new AgentSettings(true, List.of());

        /** Run in the background by {@link AgentRunSettings#DEFAULTS}. */
        public AgentSettings(boolean discovery, List<String> packages) {
            this(discovery, packages, AgentRunSettings.DEFAULTS);
        }

        public AgentSettings {
            packages = List.copyOf(packages);
        }
    }

    /**
     * How workflows are run and kept.
     *
     * @param engine how their engine works
     * @param persistence how a store that is given to the builder of {@link Cortex} is to keep them
     */
    public record WorkflowSettings(EngineSettings engine, Persistence persistence) {

        /** The defaults of both. */
        public static final WorkflowSettings DEFAULTS =
                new WorkflowSettings(EngineSettings.DEFAULTS, Persistence.DEFAULTS);
    }

    /**
     * How runs of workflows are kept.
     *
     * @param tablePrefix what the names of all tables begin with
     * @param schema where the tables are; null for the connection's own
     * @param ttl how long those that have ended are kept
     * @param pausedTtl how long they may be paused before they are cancelled; null for as long as they like
     */
    public record Persistence(
            String tablePrefix,
            @Nullable String schema,
            Duration ttl,
            @Nullable Duration pausedTtl) {

        /** {@code cortex_workflow_states} and others, for 7 days. */
        public static final Persistence DEFAULTS = new Persistence("cortex_", null, Duration.ofDays(7), null);
    }

    /** Collects a configuration; not thread-safe. */
    public static final class Builder {

        private EventSettings events = EventSettings.DEFAULTS;
        private TenancySettings tenancy = TenancySettings.DEFAULTS;
        private ChatResilience resilience = ChatResilience.DEFAULTS;
        private @Nullable String defaultProvider;
        private final Map<String, ProviderSettings> providers = new LinkedHashMap<>();

        private PluginSettings plugins = PluginSettings.DEFAULTS;
        private PromptSettings prompt = PromptSettings.DEFAULTS;
        private ToolSettings tools = ToolSettings.DEFAULTS;
        private GuardrailSettings guardrails = GuardrailSettings.DEFAULTS;
        private StructuredOptions structuredOutput = StructuredOptions.DEFAULTS;
        private AgentSettings agent = AgentSettings.DEFAULTS;
        private WorkflowSettings workflow = WorkflowSettings.DEFAULTS;
        private ConfigNode source = ConfigNode.NONE;

        private Builder() {}

        Builder source(ConfigNode value) {
            source = value;
            return this;
        }

        /** The event stream and its log. */
        public Builder events(EventSettings value) {
            events = value;
            return this;
        }

        /** Who calls are for. */
        public Builder tenancy(TenancySettings value) {
            tenancy = value;
            return this;
        }

        /** What protects chat calls; {@link ChatResilience#DEFAULTS} by default. */
        public Builder resilience(ChatResilience value) {
            resilience = value;
            return this;
        }

        /** The provider that {@code cortex.chat()} uses. */
        public Builder defaultProvider(@Nullable String id) {
            defaultProvider = id;
            return this;
        }

        /** Adds a provider to make. */
        public Builder provider(String id, ProviderSettings settings) {
            providers.put(id, settings);
            return this;
        }

        /** Which plugins there are. */
        public Builder plugins(PluginSettings value) {
            plugins = value;
            return this;
        }

        /** How prompts are found and kept. */
        public Builder prompt(PromptSettings value) {
            prompt = value;
            return this;
        }

        /** How tools are found and run. */
        public Builder tools(ToolSettings value) {
            tools = value;
            return this;
        }

        /** Which guardrails apply to every call. */
        public Builder guardrails(GuardrailSettings value) {
            guardrails = value;
            return this;
        }

        /** How answers of a given shape are asked for. */
        public Builder structuredOutput(StructuredOptions value) {
            structuredOutput = value;
            return this;
        }

        /** How agents are found, and run in the background. */
        public Builder agent(AgentSettings value) {
            agent = value;
            return this;
        }

        /** How workflows are run and kept. */
        public Builder workflow(WorkflowSettings value) {
            workflow = value;
            return this;
        }

        /** The configuration. */
        public CortexConfig build() {
            return new CortexConfig(this);
        }
    }
}
