package io.cortexreactive.benchmarks.queue;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import io.cortexreactive.benchmarks.store.Database;
import io.cortexreactive.persistence.postgres.PostgresAgentRunQueue;
import io.cortexreactive.persistence.redis.RedisAgentRunQueue;
import io.cortexreactive.persistence.redis.RedisSettings;
import io.lettuce.core.RedisClient;
import java.net.URI;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Who is measured, each in a database of its own. */
public final class QueueClients implements StreamClients {

    static final String FINISHED_ON_POSTGRES = "queue/cortex, PostgreSQL";
    static final String R2DBC = "queue/r2dbc";
    static final String FINISHED_ON_REDIS = "queue/cortex, Redis";
    static final String LETTUCE = "queue/lettuce";
    static final String STARTED_ON_POSTGRES = "queue/started, PostgreSQL";
    static final String STARTED_ON_REDIS = "queue/started, Redis";
    static final String FOLLOWED_ON_POSTGRES = "queue/followed, PostgreSQL";
    static final String FOLLOWED_ON_REDIS = "queue/followed, Redis";

    static final Set<String> ON_REDIS = Set.of(FINISHED_ON_REDIS, LETTUCE, STARTED_ON_REDIS, FOLLOWED_ON_REDIS);

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of(
                FINISHED_ON_POSTGRES, server -> QueuedAgents.finished(postgres(server)),
                FINISHED_ON_REDIS, server -> QueuedAgents.finished(redis(server)),
                R2DBC, server -> new BareR2dbc(Database.create(server).pool()),
                LETTUCE, BareLettuce::new,
                STARTED_ON_POSTGRES, server -> QueuedAgents.started(postgres(server)),
                STARTED_ON_REDIS, server -> QueuedAgents.started(redis(server)),
                FOLLOWED_ON_POSTGRES, QueueClients::followedOnPostgres,
                FOLLOWED_ON_REDIS, QueueClients::followedOnRedis);
    }

    private static AgentRunQueue postgres(URI server) {
        return PostgresAgentRunQueue.create(Database.create(server).pool());
    }

    private static AgentRunQueue redis(URI server) {
        return redis(RedisClient.create(server.toString()), server);
    }

    /** Below keys that no other client of this process has. */
    static AgentRunQueue redis(RedisClient client, URI server) {
        String prefix = "benchmark_" + Integer.toHexString(System.identityHashCode(client));
        return RedisAgentRunQueue.create(client, RedisSettings.defaults().withPrefix(prefix));
    }

    private static StreamClient followedOnPostgres(URI server) {
        LongAdder sent = new LongAdder();
        return QueuedAgents.followed(
                PostgresAgentRunQueue.create(
                        new TappedConnections(Database.create(server).pool(), statement -> sent.increment())),
                sent::sum);
    }

    private static StreamClient followedOnRedis(URI server) {
        LongAdder sent = new LongAdder();
        RedisClient client = RedisClient.create(server.toString());
        client.addListener(new TappedCommands(command -> sent.increment()));
        return QueuedAgents.followed(redis(client, server), sent::sum);
    }
}
