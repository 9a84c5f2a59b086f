package io.cortexreactive;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentRegistry;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentRuntime;
import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.chat.ChatInterceptors;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.event.EventHub;
import io.cortexreactive.event.EventStream;
import io.cortexreactive.guardrail.Guardrail;
import io.cortexreactive.guardrail.GuardrailRegistry;
import io.cortexreactive.guardrail.GuardrailSettings;
import io.cortexreactive.guardrail.Guardrails;
import io.cortexreactive.memory.ConversationStore;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.plugin.Plugin;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.prompt.Prompt;
import io.cortexreactive.prompt.PromptRegistry;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.resilience.ResilienceRegistry;
import io.cortexreactive.structured.StructuredOutput;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantMissingException;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

    /** How long {@link #close()} waits for what is under way. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    /** How long it waits for calls that it has cut: their consumers may be busy with what came before. */
    private static final Duration CUT = Duration.ofSeconds(1);

    private final Shared shared;
    private final TenantManager tenants;
    private final ProviderRegistry providers;
    private final ToolExecutor executor;
    private final Protection protection;
    private final ChatClient chat;

    private final Engines engines;

    private Cortex(
            Shared shared,
            TenantManager tenants,
            ProviderRegistry providers,
            ToolExecutor executor,
            Protection protection,
            @Nullable Engines engines) {
        this.shared = shared;
        this.tenants = tenants;
        this.providers = providers;
        this.executor = executor;
        this.protection = protection;
        chat = ChatClient.create(tenants, providers, interceptors(), shared.stores.broadcaster(), shared.events);
        this.engines = engines == null ? Engines.of(this, shared, tenants) : engines;
    }

    /**
     * What all views of one have in common.
     *
     * @param resolver rebuilds the tenant of a run that another process began
     * @param added the interceptors of the application
     */
    record Shared(
            CortexConfig config,
            EventHub events,
            Features features,
            OpenCalls openCalls,
            ResilienceRegistry states,
            Stores stores,
            TenantResolver resolver,
            List<ChatInterceptor> added) {}

    /** Starts with no providers and the default configuration. */
    public static Builder builder() {
        return new Builder();
    }

    /** What happens around a chat call, outermost first, and inside the tenancy that every client begins with. */
    private List<ChatInterceptor> interceptors() {
        EventHub events = shared.events;
        GuardrailRegistry guardrails = guardrails();
        GuardrailSettings guarding = shared.config.guardrails();
        List<ChatInterceptor> chain = new ArrayList<>(shared.added);
        chain.add(shared.openCalls);
        chain.add(ChatInterceptors.events(events));
        chain.add(shared.openCalls::cuttable);
        chain.add(ChatInterceptors.plugins(plugins()));
        chain.add(Guardrails.input(guardrails, guarding, events));
        chain.add(ChatInterceptors.resilience(protection.all(), protection.own(), shared.states, events));
        chain.add(Guardrails.output(guardrails, guarding, events));
        return chain;
    }

    /** Chat with the default provider. */
    public ChatClient chat() {
        return chat;
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

    /** The tools, for all tenants. */
    public ToolRegistry tools() {
        return shared.features.tools();
    }

    /** Runs tools. */
    public ToolExecutor toolExecutor() {
        return executor;
    }

    /** The agents, for all tenants. */
    public AgentRegistry agents() {
        return shared.features.agents();
    }

    /**
     * A registered agent, which runs on this.
     *
     * @throws io.cortexreactive.agent.AgentNotFoundException if there is none of this id, or it names one that is not
     *     registered
     * @throws io.cortexreactive.tool.ToolNotFoundException if it names a tool that is not registered
     * @throws io.cortexreactive.provider.ProviderNotFoundException if it names a provider that is not registered
     */
    public Agent agent(String id) {
        return agent(agents().get(id));
    }

    /**
     * An agent that runs on this, and need not be registered.
     *
     * @throws io.cortexreactive.agent.AgentNotFoundException if it names an agent that is not registered
     * @throws io.cortexreactive.tool.ToolNotFoundException if it names a tool that is not registered
     * @throws io.cortexreactive.provider.ProviderNotFoundException if it names a provider that is not registered
     */
    public Agent agent(AgentDefinition definition) {
        return agent(definition, chat());
    }

    /**
     * An agent that asks its model by this client, one of {@link #chat()} with more to it: guardrails, interceptors,
     * resilience, or another provider for agents that name none. So do the agents that it names. Else as
     * {@link #agent(AgentDefinition)}.
     */
    public Agent agent(AgentDefinition definition, ChatClient chat) {
        AgentRuntime runtime = new AgentRuntime(chat, executor, agents(), around());
        return new OpenAgent(Agent.bind(definition, runtime), shared.openCalls);
    }

    /**
     * Where agents remember: the builder's, or the one in the memory of this process.
     * {@link io.cortexreactive.memory.Conversations#on} it reads and deletes conversations.
     */
    public ConversationStore conversationStore() {
        return shared.stores.conversations().store();
    }

    private AgentRuntime.Around around() {
        Conversations kept = shared.stores.conversations();
        AgentPrices prices = new AgentPrices(providers);
        return new AgentRuntime.Around(tenants, plugins(), shared.events, kept, prices, agentRuns());
    }

    /** Runs agents in the background, once it is started; by itself where no queue was given. Ends with this. */
    public AgentRuns agentRuns() {
        boolean alone = shared.stores.background().alone();
        return new OpenAgentRuns(engines, tenants, shared.openCalls, alone);
    }

    /**
     * The channels of {@link ChatClient#broadcast}: the builder's, or those in the memory of this process. It finds the
     * tenant of whoever publishes or follows as a chat call does.
     */
    public Broadcaster broadcaster() {
        return new TenantBroadcaster(shared.stores.broadcaster(), tenants);
    }

    /** The workflows, for all tenants. */
    public WorkflowRegistry workflows() {
        return shared.features.workflows();
    }

    /**
     * The version of a workflow that was registered last, which runs on this.
     *
     * @throws io.cortexreactive.workflow.WorkflowNotFoundException if there is none of this id
     */
    public Workflow workflow(String id) {
        return workflow(workflows().get(id));
    }

    /**
     * A workflow that runs on this, and need not be registered.
     *
     * @throws io.cortexreactive.workflow.WorkflowDefinitionException if another one of this id and version is known
     *     here: give this one a new version
     */
    public Workflow workflow(WorkflowDefinition definition) {
        return new OpenWorkflow(engines.workflows().bind(definition), tenants, shared.openCalls);
    }

    /** Runs workflows; those of other processes too once it is {@linkplain WorkflowEngine#start() started}. */
    public WorkflowEngine workflowEngine() {
        return new OpenEngine(engines);
    }

    /**
     * Where runs of workflows are kept: the builder's, or the one in the memory of this process. It keeps states of the
     * size that the configuration says.
     */
    public RunStore runStore() {
        return shared.stores.runs();
    }

    /** The prompts. */
    public PromptRegistry prompts() {
        return shared.features.prompts();
    }

    /**
     * The latest version of a prompt.
     *
     * @throws io.cortexreactive.prompt.PromptNotFoundException if there is none of this id
     */
    public Prompt prompt(String id) {
        return prompts().get(id);
    }

    /**
     * A version of a prompt.
     *
     * @throws io.cortexreactive.prompt.PromptNotFoundException if there is no such prompt or version
     */
    public Prompt prompt(String id, String version) {
        return prompts().get(id, version);
    }

    /** The guardrails there are. Which of them apply, the configuration says, and clients and requests add to it. */
    public GuardrailRegistry guardrails() {
        return shared.features.guardrails();
    }

    /** The plugins, the built-in ones among them. */
    public PluginManager plugins() {
        return shared.features.plugins();
    }

    /** Answers of a given shape, from the default provider. */
    public StructuredOutput structuredOutput() {
        return StructuredOutput.create(chat(), shared.config.structuredOutput());
    }

    /** What happens, as it happens. */
    public EventStream events() {
        return shared.events.stream();
    }

    /** A view on which every call runs as this tenant, whatever its Context says. Cheap; owns nothing. */
    public Cortex forTenant(TenantContext tenant) {
        return new Cortex(
                shared,
                tenants.forTenant(tenant),
                providers.forTenant(tenant),
                executor.forTenant(tenant),
                protection,
                engines);
    }

    /**
     * A view whose chat calls are protected by this, in place of what the builder and the configuration say, whichever
     * provider they go to. Cheap; owns nothing. Views with equal settings share what a policy remembers.
     *
     * @throws ProviderNotFoundException if a fallback names no provider
     */
    public Cortex withResilience(ChatResilience value) {
        Protection other = Protection.of(value).checked(providers);
        return new Cortex(shared, tenants, providers, executor, other, engines);
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
     * Ends everything, on subscription: stops the engines for good, whose runs go on elsewhere or later; refuses new
     * chat calls, runs of agents and calls of tools with {@link CortexClosedException}, waits up to 30 s for those
     * under way, and ends the rest with the same error, closes the providers, shuts the plugins down, then completes
     * the event subscriptions. Idempotent; closing a tenant's view closes the whole.
     */
    public Mono<Void> close() {
        Mono<Void> calls =
                shared.openCalls.drain().timeout(DRAIN, shared.openCalls.cut().timeout(CUT, Mono.empty()));
        return Flux.concatDelayError(
                        engines.close(),
                        calls,
                        executor.close(),
                        providers.close(),
                        shared.features.close(),
                        shared.events.close())
                .then();
    }

    /** Collects what a {@link Cortex} is made of; not thread-safe. */
    public static final class Builder {

        private CortexConfig config = CortexConfig.defaults();
        private final List<Provider> providers = new ArrayList<>();
        private final List<ChatInterceptor> interceptors = new ArrayList<>();
        private @Nullable TenantResolver tenantResolver;
        private @Nullable ChatResilience resilience;
        private final Map<String, ChatResilience> ownResilience = new LinkedHashMap<>();
        private final List<Tool> tools = new ArrayList<>();
        private final List<Guardrail> guardrails = new ArrayList<>();
        private final List<Path> prompts = new ArrayList<>();
        private final List<Plugin> plugins = new ArrayList<>();
        private final List<AgentDefinition> agents = new ArrayList<>();
        private final List<WorkflowDefinition> workflows = new ArrayList<>();
        private ConversationStore conversations = ConversationStore.inMemory();
        private @Nullable RunStore runs;
        private @Nullable AgentRunQueue agentRuns;
        private @Nullable AgentRunSettings background;
        private Broadcaster broadcaster = Broadcaster.inMemory();

        private Builder() {}

        /** Adds a tool, instead of one of the same name that was discovered. */
        public Builder tool(Tool tool) {
            tools.add(tool);
            return this;
        }

        /**
         * Adds an agent, instead of one of the same id that was discovered. Tools and other agents that it names may be
         * added later.
         */
        public Builder agent(AgentDefinition agent) {
            agents.add(agent);
            return this;
        }

        /** Adds a workflow. Other versions of it may be added, too. */
        public Builder workflow(WorkflowDefinition workflow) {
            workflows.add(workflow);
            return this;
        }

        /** Where runs of workflows are kept; in the memory of this process by default. */
        public Builder runStore(RunStore store) {
            runs = store;
            return this;
        }

        /** Where runs of agents in the background are kept; in the memory of this process by default. */
        public Builder agentRunQueue(AgentRunQueue queue) {
            agentRuns = queue;
            return this;
        }

        /** How agents are run in the background, instead of as the configuration says. */
        public Builder agentRunSettings(AgentRunSettings value) {
            background = value;
            return this;
        }

        /** Where agents with memory keep conversations; in the memory of this process by default. */
        public Builder conversationStore(ConversationStore store) {
            conversations = store;
            return this;
        }

        /** Where channels are; in the memory of this process by default. */
        public Builder broadcaster(Broadcaster value) {
            broadcaster = value;
            return this;
        }

        /** Adds a guardrail. It applies where the configuration, a client or a request names it. */
        public Builder guardrail(Guardrail guardrail) {
            guardrails.add(guardrail);
            return this;
        }

        /** Loads the prompts of a directory, besides those that are discovered. */
        public Builder prompts(Path directory) {
            prompts.add(directory);
            return this;
        }

        /** Adds a plugin. */
        public Builder plugin(Plugin plugin) {
            plugins.add(plugin);
            return this;
        }

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
         * Makes it. Blocks while providers from the configuration are made, plugins started and prompts loaded. If it
         * fails, what it had started is closed; providers given to this builder are left as they are.
         *
         * @throws ConfigurationException if two providers have one id, or the configuration cannot be used; names file,
         *     line and key where it comes from a file
         * @throws ProviderNotFoundException if {@code resilience} or an agent names a provider that there is not
         * @throws io.cortexreactive.agent.AgentNotFoundException if an agent names another that there is not
         * @throws io.cortexreactive.tool.ToolNotFoundException if an agent names a tool that there is not
         * @throws io.cortexreactive.plugin.PluginException if the plugins cannot be started
         * @throws io.cortexreactive.prompt.PromptException if a prompt cannot be loaded
         */
        public Cortex build() {
            Deque<Mono<Void>> made = new ArrayDeque<>();
            try {
                return build(made);
            } catch (RuntimeException | Error e) {
                Features.undo(made, e);
                throw e;
            }
        }

        /** @param made how to close what was made so far, the latest first */
        private Cortex build(Deque<Mono<Void>> made) {
            EventHub events = EventHub.create(config.events());
            made.push(events.close());
            TenantResolver resolver = Resolvers.choose(
                    tenantResolver, config.tenancy(), config.source().section("tenancy"));
            TenantManager tenants =
                    TenantManager.create(resolver, config.tenancy().required());
            ProviderRegistry registry = ProviderRegistry.create(tenants, events);
            for (Provider provider : allProviders(made)) {
                if (registry.has(provider.id())) {
                    throw new ConfigurationException("Two providers have the id '" + provider.id() + "'.");
                }
                registry.register(provider);
            }
            Features features = Features.start(config, events, registry, plugins, made);
            addTo(features);
            features.chooseDefault(config);
            Protection protection =
                    Protection.of(config, resilience, ownResilience).checked(features.providers());
            Shared shared = new Shared(
                    config,
                    events,
                    features,
                    new OpenCalls(),
                    ResilienceRegistry.create(),
                    Stores.of(conversations, runs, broadcaster, config).with(agentRuns, background),
                    resolver,
                    List.copyOf(interceptors));
            OpenTools tools = new OpenTools(executor(features, tenants, events), shared.openCalls);
            Cortex cortex = new Cortex(shared, tenants, features.providers(), tools, protection, null);
            agents.forEach(cortex::agent);
            return cortex;
        }

        private ToolExecutor executor(Features features, TenantManager tenants, EventHub events) {
            return ToolExecutor.builder(features.tools())
                    .config(config.tools().running())
                    .tenants(tenants)
                    .events(events)
                    .plugins(features.plugins())
                    .build();
        }

        private void addTo(Features features) {
            tools.forEach(features.tools()::register);
            guardrails.forEach(features.guardrails()::register);
            agents.forEach(features.agents()::register);
            workflows.forEach(features.workflows()::register);
            features.requireGuardrails(config);
            features.load(prompts);
        }

        private List<Provider> allProviders(Deque<Mono<Void>> made) {
            List<Provider> all = new ArrayList<>(providers);
            ConfigNode source = config.source().section("providers");
            config.providers().forEach((id, settings) -> {
                Provider provider = ConfiguredProviders.make(id, settings, source.section(id));
                made.push(provider.close());
                all.add(provider);
            });
            return all;
        }
    }
}
