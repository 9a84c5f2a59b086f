package io.cortexreactive;

import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.event.EventSettings;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderTimeouts;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
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
    private final ConfigNode source;

    private CortexConfig(Builder builder) {
        events = builder.events;
        tenancy = builder.tenancy;
        resilience = builder.resilience;
        defaultProvider = builder.defaultProvider;
        providers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.providers));
        source = builder.source;
    }

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
                && providers.equals(that.providers);
    }

    @Override
    public int hashCode() {
        return Objects.hash(events, tenancy, resilience, defaultProvider, providers);
    }

    @Override
    public String toString() {
        return "CortexConfig[events=" + events + ", tenancy=" + tenancy + ", resilience=" + resilience
                + ", defaultProvider=" + defaultProvider + ", providers=" + providers + "]";
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

    /** Collects a configuration; not thread-safe. */
    public static final class Builder {

        private EventSettings events = EventSettings.DEFAULTS;
        private TenancySettings tenancy = TenancySettings.DEFAULTS;
        private ChatResilience resilience = ChatResilience.DEFAULTS;
        private @Nullable String defaultProvider;
        private final Map<String, ProviderSettings> providers = new LinkedHashMap<>();

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

        /** The configuration. */
        public CortexConfig build() {
            return new CortexConfig(this);
        }
    }
}
