package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tool.ToolExecutor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What agents run on. Immutable and thread-safe.
 *
 * @param chat asks the model
 * @param tools runs tools; those that agents name are in its registry
 * @param agents those that agents name
 * @param around everything that works by itself where nobody says otherwise
 */
public record AgentRuntime(ChatClient chat, ToolExecutor tools, AgentRegistry agents, Around around) {

    /** With no other agents, and nothing around. */
    public static AgentRuntime of(ChatClient chat, ToolExecutor tools) {
        return new AgentRuntime(chat, tools, AgentRegistry.of(List.of()), Around.nothing());
    }

    /** This, with agents to name. */
    public AgentRuntime withAgents(AgentRegistry value) {
        return new AgentRuntime(chat, tools, value, around);
    }

    /** This, with something else around. */
    public AgentRuntime with(Around value) {
        return new AgentRuntime(chat, tools, agents, value);
    }

    AgentRuntime with(ChatClient otherChat, ToolExecutor otherTools) {
        return new AgentRuntime(otherChat, otherTools, agents, around);
    }

    /**
     * What is around runs.
     *
     * @param tenants decides whom a run is for, once for all of it
     * @param plugins whose {@link AgentHooks} are applied
     * @param events where {@link AgentEvent}s go
     * @param conversations where memory is kept
     * @param prices what models cost, for {@link AgentLimits#maxCost()}
     * @param runs runs agents in the background; null where that is not possible
     */
    public record Around(
            TenantManager tenants,
            PluginManager plugins,
            EventPublisher events,
            Conversations conversations,
            Prices prices,
            @Nullable AgentRuns runs) {

        /** With nothing in the background. */
        public Around(
                TenantManager tenants,
                PluginManager plugins,
                EventPublisher events,
                Conversations conversations,
                Prices prices) {
            this(tenants, plugins, events, conversations, prices, null);
        }

        /** The tenant of the Context, no plugins, nobody who listens, memory in this process, and no prices. */
        public static Around nothing() {
            return new Around(
                    TenantManager.contextOnly(),
                    PluginManager.create(PluginSettings.DEFAULTS),
                    EventPublisher.none(),
                    Conversations.inMemory(),
                    (provider, model) -> Mono.empty());
        }

        /** This, with plugins. */
        public Around withPlugins(PluginManager value) {
            return new Around(tenants, value, events, conversations, prices, runs);
        }

        /** This, with somebody who listens. */
        public Around withEvents(EventPublisher value) {
            return new Around(tenants, plugins, value, conversations, prices, runs);
        }

        /** This, with memory kept elsewhere. */
        public Around withConversations(Conversations value) {
            return new Around(tenants, plugins, events, value, prices, runs);
        }

        /** This, with prices. */
        public Around withPrices(Prices value) {
            return new Around(tenants, plugins, events, conversations, value, runs);
        }

        /** This, with runs in the background. */
        public Around withRuns(AgentRuns value) {
            return new Around(tenants, plugins, events, conversations, prices, value);
        }
    }

    /** Knows what models cost. */
    @FunctionalInterface
    public interface Prices {

        /**
         * The prices of a model; empty if they are not known.
         *
         * @param provider the provider that the agent names; null for the default one
         * @param model as the provider calls it
         */
        Mono<ModelPrices> of(@Nullable String provider, String model);
    }
}
