package io.cortexreactive.persistence.redis;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Runs of agents in Redis 6.2 or newer, as {@link RedisRunStore} keeps those of workflows, and with what that promises;
 * under keys of their own, so that neither sees the runs of the other.
 */
public final class RedisAgentRunQueue {

    private RedisAgentRunQueue() {}

    /**
     * A queue that connects when it is used first, and then looks at the server as {@link RedisRunStore} does.
     *
     * @param client this queue's own, whose options it sets; it stays yours to shut down, which also ends its
     *     connection
     * @param settings whose prefix its keys begin with, followed by {@code .agents}; runs are kept for
     *     {@link AgentRunQueue#RETENTION} after their end, since what the settings say of that is for workflows
     */
    public static AgentRunQueue create(RedisClient client, RedisSettings settings) {
        return create(client, settings, AgentRunQueue.RETENTION);
    }

    /**
     * The same, which keeps runs for another time.
     *
     * @param retention how long after their end
     */
    public static AgentRunQueue create(RedisClient client, RedisSettings settings, Duration retention) {
        RedisSettings own = settings.withRetention(retention);
        return AgentRunQueue.of(log(new RedisConnections(client, own), own));
    }

    static RedisRunLog log(RedisConnections connections, RedisSettings settings) {
        return new RedisRunLog(connections, settings, settings.tagOf("agents"), UnaryOperator.identity());
    }
}
