package io.cortexreactive.persistence.redis;

import io.cortexreactive.workflow.RunStore;
import io.lettuce.core.RedisClient;
import java.util.function.UnaryOperator;

/**
 * Keeps runs in Redis 6.2 or newer. It promises less than PostgreSQL: every rule holds while one primary keeps its
 * data, and a failover, or a gap in the append-only file, may move runs back in time, so that acknowledged starts,
 * answers and nodes are lost or repeated. Where that matters, use PostgreSQL.
 *
 * <p>A store lives on one primary: all its keys share a hash tag, so that a script sees a run and every list that the
 * run is in. It does not spread over a cluster.
 */
public final class RedisRunStore {

    private RedisRunStore() {}

    /**
     * A store that connects when it is used first. It then fails with a
     * {@link io.cortexreactive.durable.StoreFailedException} unless the server's {@code maxmemory-policy} is
     * {@code noeviction}, and warns if there is no append-only file.
     *
     * @param client this store's own, whose options it sets; it stays yours to shut down, which also ends its
     *     connection
     */
    public static RunStore create(RedisClient client, RedisSettings settings) {
        return RunStore.of(new RedisRunLog(new RedisConnections(client, settings), settings, UnaryOperator.identity()));
    }
}
