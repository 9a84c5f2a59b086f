package io.cortexreactive.persistence;

import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.persistence.postgres.PostgresAgentRunQueue;
import io.cortexreactive.persistence.postgres.PostgresRunStore;
import io.cortexreactive.persistence.postgres.PostgresSettings;
import io.cortexreactive.persistence.redis.RedisAgentRunQueue;
import io.cortexreactive.persistence.redis.RedisRunStore;
import io.cortexreactive.persistence.redis.RedisSettings;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.workflow.RunStore;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.Result;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Runs, and a ledger beside them in which nodes write that they begin: for any process that has the address. The ledger
 * says what the journal cannot, how often a node has run.
 */
abstract class SharedStore implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Who began the node of a key, and when by the server's clock. */
    record Line(String key, String worker, Instant at) {}

    /** @param address of a database as R2DBC has it, or {@code redis://host:port#prefix} */
    static SharedStore at(String address) {
        URI uri = URI.create(address);
        return "redis".equals(uri.getScheme()) ? new OnRedis(uri) : new OnPostgres(address);
    }

    abstract RunStore runs();

    abstract AgentRunQueue agents();

    /** Makes what the ledger needs, if it is not there. */
    abstract Mono<Void> prepare();

    /** Tried until it is there, once, so that the ledger fails no node. */
    final Mono<Void> write(String key, String worker) {
        return Mono.defer(() -> append(Tenancy.newCorrelationId(), key, worker)
                .retryWhen(Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(20)).maxBackoff(Duration.ofMillis(500))));
    }

    /** @param id of the line, which is there once however often it is sent */
    abstract Mono<Void> append(String id, String key, String worker);

    abstract Flux<Line> ledger();

    @Override
    public abstract void close();

    /** Where transitions and the ledger are rows. */
    static final class OnPostgres extends SharedStore {

        private static final String TABLE = "create table if not exists ledger (id bigserial primary key,"
                + " line text unique, key text not null, worker text not null, at timestamptz not null default clock_timestamp())";

        private static final int CONNECTIONS = 8;

        private final ConnectionPool pool;
        private final RunStore runs;
        private final AgentRunQueue agents;

        OnPostgres(String address) {
            pool = new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(address))
                    .initialSize(0)
                    .maxSize(CONNECTIONS)
                    .build());
            PostgresSettings settings = PostgresSettings.DEFAULTS.withMigrations(PostgresSettings.Migrations.AUTO);
            runs = PostgresRunStore.create(pool, settings);
            agents = PostgresAgentRunQueue.create(pool, settings);
        }

        @Override
        RunStore runs() {
            return runs;
        }

        @Override
        AgentRunQueue agents() {
            return agents;
        }

        /** How many connections are in use. */
        int acquired() {
            return pool.getMetrics().orElseThrow().acquiredSize();
        }

        private <T> Flux<T> on(Function<Connection, Publisher<T>> work) {
            return Flux.usingWhen(pool.create(), work, Connection::close);
        }

        @Override
        Mono<Void> prepare() {
            return on(connection -> Flux.from(connection.createStatement(TABLE).execute())
                            .concatMap(Result::getRowsUpdated))
                    .then();
        }

        @Override
        Mono<Void> append(String id, String key, String worker) {
            return on(connection -> Flux.from(connection
                                    .createStatement(
                                            "insert into ledger (line, key, worker) values ($1, $2, $3) on conflict do nothing")
                                    .bind(0, id)
                                    .bind(1, key)
                                    .bind(2, worker)
                                    .execute())
                            .concatMap(Result::getRowsUpdated))
                    .then();
        }

        @Override
        Flux<Line> ledger() {
            return on(connection -> Flux.from(connection
                            .createStatement("select key, worker, at from ledger order by id")
                            .execute())
                    .concatMap(result -> result.map(row -> new Line(
                            Objects.requireNonNull(row.get(0, String.class)),
                            Objects.requireNonNull(row.get(1, String.class)),
                            Objects.requireNonNull(row.get(2, Instant.class))))));
        }

        @Override
        public void close() {
            pool.close().onErrorComplete().block(PATIENCE);
        }
    }

    /** Where transitions are scripts, and the ledger a list. */
    static final class OnRedis extends SharedStore {

        private static final String APPEND = """
                if redis.call('SADD', KEYS[1] .. ':lines', ARGV[3]) == 0 then return 0 end
                local time = redis.call('TIME')
                return redis.call('RPUSH', KEYS[1], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. string.format('%.0f', time[1] * 1000000 + time[2]))
                """;

        private final RedisClient client;
        private final RunStore runs;
        private final AgentRunQueue agents;
        private final StatefulRedisConnection<String, String> connection;
        private final String list;

        OnRedis(URI address) {
            client = RedisClient.create("redis://" + address.getAuthority());
            RedisSettings settings = RedisSettings.defaults().withPrefix(address.getFragment());
            runs = RedisRunStore.create(client, settings);
            agents = RedisAgentRunQueue.create(client, settings);
            connection = client.connect();
            list = "ledger:" + address.getFragment();
        }

        @Override
        RunStore runs() {
            return runs;
        }

        @Override
        AgentRunQueue agents() {
            return agents;
        }

        @Override
        Mono<Void> prepare() {
            return Mono.empty();
        }

        @Override
        Mono<Void> append(String id, String key, String worker) {
            return Mono.fromFuture(() -> connection
                            .async()
                            .eval(APPEND, ScriptOutputType.INTEGER, new String[] {list}, key, worker, id)
                            .toCompletableFuture())
                    .then();
        }

        @Override
        Flux<Line> ledger() {
            return Mono.fromFuture(() -> connection.async().lrange(list, 0, -1).toCompletableFuture())
                    .flatMapIterable(lines -> lines)
                    .map(line -> List.of(line.split(" ")))
                    .map(parts -> new Line(
                            parts.get(0),
                            parts.get(1),
                            Instant.EPOCH.plus(Long.parseLong(parts.get(2)), ChronoUnit.MICROS)));
        }

        @Override
        public void close() {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }
}
