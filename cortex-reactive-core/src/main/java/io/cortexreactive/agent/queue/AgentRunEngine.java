package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Runs agents in the background: what puts runs into a queue, watches them, and works on them once it is started. */
public final class AgentRunEngine {

    private AgentRunEngine() {}

    /** Makes one. It holds no thread until it is used. */
    public static AgentRuns create(Parts parts) {
        return new DefaultAgentRuns(parts);
    }

    /**
     * What runs of agents run on. Immutable and thread-safe.
     *
     * @param queue where runs are kept
     * @param agents those that can be run
     * @param around everything that works by itself where nobody says otherwise
     * @param settings how runs are run
     */
    public record Parts(AgentRunQueue queue, Callees agents, Around around, AgentRunSettings settings) {

        /** On this queue, with nothing around. */
        public static Parts of(AgentRunQueue queue, Callees agents) {
            return new Parts(queue, agents, Around.nothing(), AgentRunSettings.DEFAULTS);
        }

        /** This, with something else around. */
        public Parts with(Around value) {
            return new Parts(queue, agents, value, settings);
        }

        /** This, working otherwise. */
        public Parts with(AgentRunSettings value) {
            return new Parts(queue, agents, around, value);
        }
    }

    /**
     * The agents that can be run.
     *
     * @param ids theirs, now
     * @param byId finds one; throws its own error for one that is not there
     */
    public record Callees(Supplier<Collection<String>> ids, Function<String, Agent> byId) {}

    /**
     * What is around runs.
     *
     * @param tenants decides whom a call is for
     * @param resolver gives a worker the tenant of a run by its id
     * @param broadcaster where steps go that are to go to a channel
     * @param timer what counts time in this process; the queue's clock decides what matters
     */
    public record Around(TenantManager tenants, TenantResolver resolver, Broadcaster broadcaster, Scheduler timer) {

        /** The tenant of the Context, and channels in this process. */
        public static Around nothing() {
            return new Around(
                    TenantManager.contextOnly(), TenantResolver.none(), Broadcaster.inMemory(), Schedulers.parallel());
        }
    }
}
