package io.cortexreactive.agent;

import io.cortexreactive.durable.Ids;
import io.cortexreactive.memory.ConversationMemory;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.prompt.Prompt;
import io.cortexreactive.retrieval.RetrievalPolicy;
import io.cortexreactive.retrieval.Retriever;
import io.cortexreactive.tool.Tool;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an agent is made of. Immutable; bind it to what it runs on with {@link Agent#bind}. */
public final class AgentDefinition {

    static final int MAX_ITERATIONS = 10;
    private static final int TRACE_LIMIT = 1_000;

    private final String id;
    private final String name;
    private final String description;
    private final @Nullable String systemPrompt;
    private final @Nullable Prompt prompt;
    private final List<Tool> tools;
    private final List<String> toolNames;
    private final @Nullable String provider;
    private final @Nullable String model;
    private final ChatOptions options;
    private final AgentLimits limits;
    private final int traceLimit;
    private final AgentLoop loop;
    private final @Nullable ConversationMemory memory;
    private final @Nullable Retriever retriever;
    private final RetrievalPolicy retrievalPolicy;
    private final List<String> agents;
    private final List<String> handOffs;

    private AgentDefinition(Builder from) {
        id = from.id;
        name = from.name == null ? from.id : from.name;
        description = from.description;
        systemPrompt = from.systemPrompt;
        prompt = from.prompt;
        tools = List.copyOf(from.tools);
        toolNames = List.copyOf(from.toolNames);
        provider = from.provider;
        model = from.model;
        options = from.options;
        limits = from.limits;
        traceLimit = from.traceLimit;
        loop = from.loop;
        memory = from.memory;
        retriever = from.retriever;
        retrievalPolicy = from.retrievalPolicy;
        agents = List.copyOf(from.agents);
        handOffs = List.copyOf(from.handOffs);
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** Its name for people; the id by default. */
    public String name() {
        return name;
    }

    /** What it is for. */
    public String description() {
        return description;
    }

    /** The first instruction to the model; null if there is none, or if it is a {@link #prompt()}. */
    public @Nullable String systemPrompt() {
        return systemPrompt;
    }

    /** The template of the first instruction to the model, if it is one. */
    public @Nullable Prompt prompt() {
        return prompt;
    }

    /** The tools it brings. */
    public List<Tool> tools() {
        return tools;
    }

    /** The names of tools it takes from the registry. */
    public List<String> toolNames() {
        return toolNames;
    }

    /** The provider's id; null for the default one. */
    public @Nullable String provider() {
        return provider;
    }

    /** The provider's model id; null for the provider's default. */
    public @Nullable String model() {
        return model;
    }

    /** How the model is to answer. */
    public ChatOptions options() {
        return options;
    }

    /** What a run may use; how often the model is asked is always limited. */
    public AgentLimits limits() {
        return limits;
    }

    /** How often the model is asked in a run, at most. */
    public int maxIterations() {
        return limits.maxIterations() == null ? MAX_ITERATIONS : limits.maxIterations();
    }

    /** How many iterations a response keeps, the latest. */
    public int traceLimit() {
        return traceLimit;
    }

    /** How it goes about it. */
    public AgentLoop loop() {
        return loop;
    }

    /** What its model is told of conversations; null where each run stands alone. */
    public @Nullable ConversationMemory memory() {
        return memory;
    }

    /** Finds what its model should know; null if nothing does. */
    public @Nullable Retriever retriever() {
        return retriever;
    }

    /** How the retriever is used. */
    public RetrievalPolicy retrievalPolicy() {
        return retrievalPolicy;
    }

    /** The ids of agents that it may call. */
    public List<String> agents() {
        return agents;
    }

    /** The ids of agents that it may hand over to. */
    public List<String> handOffs() {
        return handOffs;
    }

    /** Collects a definition; not thread-safe. */
    public static final class Builder {

        private final String id;
        private @Nullable String name;
        private String description = "";
        private @Nullable String systemPrompt;
        private @Nullable Prompt prompt;
        private final List<Tool> tools = new ArrayList<>();
        private final List<String> toolNames = new ArrayList<>();
        private @Nullable String provider;
        private @Nullable String model;
        private ChatOptions options = ChatOptions.defaults();
        private AgentLimits limits = AgentLimits.iterations(MAX_ITERATIONS);
        private int traceLimit = TRACE_LIMIT;
        private AgentLoop loop = AgentLoop.simple();
        private @Nullable ConversationMemory memory;
        private @Nullable Retriever retriever;
        private RetrievalPolicy retrievalPolicy = RetrievalPolicy.DEFAULTS;
        private final List<String> agents = new ArrayList<>();
        private final List<String> handOffs = new ArrayList<>();

        Builder(String id) {
            String problem = Ids.problem(id);
            if (problem != null) {
                throw new AgentConfigurationException("An agent's id " + problem + ".");
            }
            this.id = id;
        }

        /** Its name for people; the id by default. */
        public Builder name(String value) {
            name = value;
            return this;
        }

        /** What it is for. */
        public Builder description(String text) {
            description = text;
            return this;
        }

        /** The first instruction to the model; none by default. */
        public Builder systemPrompt(String text) {
            systemPrompt = text;
            prompt = null;
            return this;
        }

        /**
         * The first instruction to the model, filled at the beginning of each run with the {@link AgentContext}'s
         * variables. A run that lacks one fails with a {@link io.cortexreactive.prompt.PromptValidationException}.
         */
        public Builder systemPrompt(Prompt template) {
            prompt = template;
            systemPrompt = null;
            return this;
        }

        /** Adds tools of its own, which need not be registered. */
        public Builder tools(Tool... values) {
            return tools(Arrays.asList(values));
        }

        /** Adds tools of its own, which need not be registered. */
        public Builder tools(Collection<Tool> values) {
            tools.addAll(values);
            return this;
        }

        /** Adds registered tools, by name; looked up when the agent is bound. */
        public Builder tools(String... names) {
            toolNames.addAll(Arrays.asList(names));
            return this;
        }

        /** The provider's id; the default provider by default. */
        public Builder provider(String value) {
            provider = value;
            return this;
        }

        /** The provider's model id; the provider's default by default. */
        public Builder model(String value) {
            model = value;
            return this;
        }

        /** How the model is to answer. */
        public Builder options(ChatOptions value) {
            options = value;
            return this;
        }

        /** How often the model is asked in a run, at most; 10 by default. */
        public Builder maxIterations(int value) {
            limits = limits.withMaxIterations(requirePositive("maxIterations", value));
            return this;
        }

        /** What a run may use. Those that say nothing of iterations leave their limit as it is. */
        public Builder limits(AgentLimits value) {
            Integer iterations = value.maxIterations() == null ? limits.maxIterations() : value.maxIterations();
            limits = value.withMaxIterations(iterations == null ? MAX_ITERATIONS : iterations);
            return this;
        }

        /**
         * What its model is told of the conversation that {@link AgentContext#conversationId()} names. By default each
         * run stands alone.
         */
        public Builder memory(ConversationMemory value) {
            memory = value;
            return this;
        }

        /** Finds what its model should know, for each input, and fails the run if it fails. Nothing by default. */
        public Builder retriever(Retriever value) {
            return retriever(value, RetrievalPolicy.DEFAULTS);
        }

        /** Finds what its model should know, for each input, by this policy. */
        public Builder retriever(Retriever value, RetrievalPolicy policy) {
            retriever = value;
            retrievalPolicy = policy;
            return this;
        }

        /** Adds registered agents that it may call, as tools; looked up when the agent is bound. */
        public Builder agents(String... ids) {
            agents.addAll(Arrays.asList(ids));
            return this;
        }

        /**
         * Adds registered agents that it may hand the conversation to, which then answer in its place; looked up when
         * the agent is bound.
         */
        public Builder handOffs(String... ids) {
            handOffs.addAll(Arrays.asList(ids));
            return this;
        }

        /** How many iterations a response keeps, the latest; 1,000 by default. */
        public Builder traceLimit(int value) {
            traceLimit = requirePositive("traceLimit", value);
            return this;
        }

        /** How it goes about it; {@link AgentLoop#simple()} by default. */
        public Builder loop(AgentLoop value) {
            loop = value;
            return this;
        }

        private int requirePositive(String setting, int value) {
            if (value < 1) {
                throw new AgentConfigurationException(
                        "Agent '" + id + "' cannot be made: " + setting + " must be positive, and is " + value + ".");
            }
            return value;
        }

        /** The definition. */
        public AgentDefinition build() {
            return new AgentDefinition(this);
        }
    }
}
