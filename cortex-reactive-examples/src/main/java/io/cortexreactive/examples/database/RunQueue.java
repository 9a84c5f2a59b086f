package io.cortexreactive.examples.database;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.persistence.redis.RedisAgentRunQueue;
import io.cortexreactive.persistence.redis.RedisSettings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/**
 * Where runs of agents in the background are kept, with everything that has to be closed after them. Opening and
 * closing block.
 */
public final class RunQueue implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AgentRunQueue queue;
    private final String place;
    private final @Nullable RedisClient client;
    private final @Nullable RedisServer server;

    private RunQueue(AgentRunQueue queue, String place, @Nullable RedisClient client, @Nullable RedisServer server) {
        this.queue = queue;
        this.place = place;
        this.client = client;
        this.server = server;
    }

    /** In the memory of this process, and gone with it. */
    public static RunQueue inMemory() {
        return new RunQueue(AgentRunQueue.inMemory(), "in memory", null, null);
    }

    /**
     * On a Redis server.
     *
     * @throws DatabaseSetupException if it cannot be used; never says what the URL has in it, which may be a password
     */
    public static RunQueue at(String url) {
        return at(url, PATIENCE);
    }

    static RunQueue at(String url, Duration patience) {
        RedisURI address;
        try {
            address = RedisURI.create(url);
        } catch (IllegalArgumentException e) {
            // Its message may have the URL in it.
            throw new DatabaseSetupException(
                    "CORTEX_REDIS_URL takes an address such as redis://user:password@localhost:6379.", null);
        }
        return on(RedisClient.create(address), "on Redis of CORTEX_REDIS_URL", null, patience);
    }

    /**
     * On a server that all applications of this directory share; what it keeps stays there. If it is killed, it is
     * started again.
     *
     * @throws DatabaseSetupException if it cannot be started
     */
    public static RunQueue embedded(Path directory) {
        RedisServer server = RedisServer.open(directory);
        try {
            return on(server.newClient(), "on embedded Redis in " + directory, server, PATIENCE);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static RunQueue on(RedisClient client, String place, @Nullable RedisServer server, Duration patience) {
        AgentRunQueue queue = RedisAgentRunQueue.create(client, RedisSettings.defaults());
        try {
            queue.workers()
                    .then()
                    .timeout(patience, Mono.error(() -> new TimeoutException("It does not answer.")))
                    .block();
        } catch (RuntimeException e) {
            client.shutdown();
            String why = Exceptions.unwrap(e).getMessage();
            throw new DatabaseSetupException("Runs of agents cannot be kept " + place + ": " + why, e);
        }
        return new RunQueue(queue, place, client, server);
    }

    /** For those who run agents. */
    public AgentRunQueue queue() {
        return queue;
    }

    /** Where that is, for people. */
    public String place() {
        return place;
    }

    /** Whether other processes can take runs from it. */
    public boolean isShared() {
        return client != null;
    }

    @Override
    public void close() {
        if (client != null) {
            client.shutdown();
        }
        if (server != null) {
            server.close();
        }
    }
}
