package io.cortexreactive;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.chat.ChatInterceptors;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.event.EventHub;
import io.cortexreactive.event.EventStream;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.resilience.ResilienceRegistry;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantMissingException;
import io.cortexreactive.tenant.TenantResolver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The front door. Make one for an application and keep it; it is immutable and thread-safe.
 *
 * <pre>{@code
 * Cortex cortex = Cortex.builder()
 *         .provider(BedrockProvider.builder().region("us-east-1").model("...").build())
 *         .build();
 * cortex.chat().text("Why is the sky blue?").subscribe(System.out::print);
 * }</pre>
 */
public final class Cortex {

    /** How long {@link #close()} waits for calls under way. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    /** How long it waits for calls that it has cut: their consumers may be busy with what came before. */
    private static final Duration CUT = Duration.ofSeconds(1);

    private final EventHub events;
    private final TenantManager tenants;
    private final ProviderRegistry providers;
    private final OpenCalls openCalls;
    private final ResilienceRegistry states;
    private final Protection protection;
    private final List<ChatInterceptor> added;

    private Cortex(
            EventHub events,
            TenantManager tenants,
            ProviderRegistry providers,
            OpenCalls openCalls,
            ResilienceRegistry states,
            Protection protection,
            List<ChatInterceptor> added) {
        this.events = events;
        this.tenants = tenants;
        this.providers = providers;
        this.openCalls = openCalls;
        this.states = states;
        this.protection = protection;
        this.added = added;
    }

    /** Starts with no providers and the default configuration. */
    public static Builder builder() {
        return new Builder();
    }

    /** What happens around a chat call, outermost first, and inside the tenancy that every client begins with. */
    private List<ChatInterceptor> interceptors() {
        List<ChatInterceptor> chain = new ArrayList<>(added);
        chain.add(openCalls);
        chain.add(ChatInterceptors.events(events));
        chain.add(openCalls::cuttable);
        chain.add(ChatInterceptors.resilience(protection.all(), protection.own(), states, events));
        return chain;
    }

    /** Chat with the default provider. */
    public ChatClient chat() {
        return ChatClient.create(tenants, providers, interceptors());
    }

    /**
     * Chat with a provider.
     *
     * @throws io.cortexreactive.provider.ProviderNotFoundException if there is none of this id
     */
    public ChatClient chat(String providerId) {
        return chat().using(providerId);
    }

    /** The providers. */
    public ProviderRegistry providers() {
        return providers;
    }

    /**
     * A provider, as the tenant of each call has it.
     *
     * @throws io.cortexreactive.provider.ProviderNotFoundException if there is none of this id
     */
    public Provider provider(String id) {
        return providers.get(id);
    }

    /** What happens, as it happens. */
    public EventStream events() {
        return events.stream();
    }

    /** A view on which every call runs as this tenant, whatever its Context says. Cheap; owns nothing. */
    public Cortex forTenant(TenantContext tenant) {
        return new Cortex(
                events, tenants.forTenant(tenant), providers.forTenant(tenant), openCalls, states, protection, added);
    }

    /**
     * A view whose chat calls are protected by this, in place of what the builder and the configuration say, whichever
     * provider they go to. Cheap; owns nothing. Views with equal settings share what a policy remembers.
     *
     * @throws ProviderNotFoundException if a fallback names no provider
     */
    public Cortex withResilience(ChatResilience value) {
        Protection other = Protection.of(value).checked(providers);
        return new Cortex(events, tenants, providers, openCalls, states, other, added);
    }

    /** Runs work as a tenant: both the view it is given and the Context it is subscribed with say so. */
    public <T> Mono<T> withTenant(TenantContext tenant, Function<Cortex, Mono<T>> work) {
        return Mono.defer(() -> work.apply(forTenant(tenant))).contextWrite(Tenancy.as(tenant));
    }

    /** Runs work of many results as a tenant; see {@link #withTenant}. */
    public <T> Flux<T> withTenantMany(TenantContext tenant, Function<Cortex, Flux<T>> work) {
        return Flux.defer(() -> work.apply(forTenant(tenant))).contextWrite(Tenancy.as(tenant));
    }

    /** The tenant a call made here would run as; empty if there is none. */
    public Mono<TenantContext> tenant() {
        return tenants.current().onErrorResume(TenantMissingException.class, missing -> Mono.empty());
    }

    /**
     * Ends everything, on subscription: refuses new chat calls with {@link CortexClosedException}, waits up to 30 s for
     * those under way and ends the rest with the same error, closes the providers, then completes the event
     * subscriptions. Idempotent; closing a tenant's view closes the whole.
     */
    public Mono<Void> close() {
        return openCalls
                .drain()
                .timeout(DRAIN, openCalls.cut().timeout(CUT, Mono.empty()))
                .then(providers.close())
                .then(events.close());
    }

    /** Collects what a {@link Cortex} is made of; not thread-safe. */
    public static final class Builder {

        private CortexConfig config = CortexConfig.defaults();
        private final List<Provider> providers = new ArrayList<>();
        private final List<ChatInterceptor> interceptors = new ArrayList<>();
        private @Nullable TenantResolver tenantResolver;
        private @Nullable ChatResilience resilience;
        private final Map<String, ChatResilience> ownResilience = new LinkedHashMap<>();

        private Builder() {}

        /** The configuration; all defaults if left out. */
        public Builder config(CortexConfig value) {
            config = value;
            return this;
        }

        /** Adds a provider; the first one is the default unless the configuration names another. */
        public Builder provider(Provider provider) {
            providers.add(provider);
            return this;
        }

        /** Adds an interceptor around every chat call, outside of those there are; it sees the tenant of the call. */
        public Builder interceptor(ChatInterceptor interceptor) {
            interceptors.add(0, interceptor);
            return this;
        }

        /** Finds the tenant of calls whose Context has none. Giving one here switches it on. */
        public Builder tenantResolver(TenantResolver resolver) {
            tenantResolver = resolver;
            return this;
        }

        /**
         * What protects chat calls, instead of what the configuration says for all: retries, limits, whom to ask
         * instead. {@link ChatResilience#DEFAULTS} by default.
         */
        public Builder resilience(ChatResilience value) {
            resilience = value;
            return this;
        }

        /** What protects calls to one provider, instead of what protects all. */
        public Builder resilience(String providerId, ChatResilience value) {
            ownResilience.put(providerId, value);
            return this;
        }

        /**
         * Makes it. Blocks while providers from the configuration are made.
         *
         * @throws ConfigurationException if two providers have one id, or the configuration cannot be used; names file,
         *     line and key where it comes from a file
         * @throws ProviderNotFoundException if {@code resilience} names a provider that there is not
         */
        public Cortex build() {
            EventHub events = EventHub.create(config.events());
            TenantManager tenants = TenantManager.create(
                    Resolvers.choose(
                            tenantResolver, config.tenancy(), config.source().section("tenancy")),
                    config.tenancy().required());
            ProviderRegistry registry = ProviderRegistry.create(tenants, events);
            for (Provider provider : allProviders()) {
                if (registry.has(provider.id())) {
                    throw new ConfigurationException("Two providers have the id '" + provider.id() + "'.");
                }
                registry.register(provider);
            }
            if (config.defaultProvider() != null) {
                chooseDefault(registry, config.defaultProvider());
            }
            return new Cortex(
                    events,
                    tenants,
                    registry,
                    new OpenCalls(),
                    ResilienceRegistry.create(),
                    Protection.of(config, resilience, ownResilience).checked(registry),
                    List.copyOf(interceptors));
        }

        private void chooseDefault(ProviderRegistry registry, String id) {
            try {
                registry.setDefault(id);
            } catch (ProviderNotFoundException e) {
                throw config.source().wrong("default_provider", "names no provider: " + e.getMessage());
            }
        }

        private List<Provider> allProviders() {
            List<Provider> all = new ArrayList<>(providers);
            ConfigNode source = config.source().section("providers");
            config.providers()
                    .forEach((id, settings) -> all.add(ConfiguredProviders.make(id, settings, source.section(id))));
            return all;
        }
    }
}
