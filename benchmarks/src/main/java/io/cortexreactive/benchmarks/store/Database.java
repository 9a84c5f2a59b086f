package io.cortexreactive.benchmarks.store;

import io.cortexreactive.persistence.postgres.PostgresMigrations;
import io.cortexreactive.persistence.postgres.PostgresSettings;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A database of its own, with this project's tables.
 *
 * @param server where
 * @param name what it is called there
 */
public record Database(URI server, String name) {

    private static final String SUPERUSER = "postgres";
    private static final int CONNECTIONS = 32;
    private static final AtomicInteger COUNT = new AtomicInteger();

    /** Makes one. */
    public static Database create(URI server) {
        Database database = new Database(server, "benchmark_" + COUNT.incrementAndGet());
        new Database(server, SUPERUSER).run("CREATE DATABASE " + database.name);
        PostgresMigrations.create(
                        database.connections(),
                        PostgresSettings.DEFAULTS.withMigrations(PostgresSettings.Migrations.AUTO))
                .run()
                .block();
        return database;
    }

    private PostgresqlConnectionFactory connections() {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(server.getHost())
                .port(server.getPort())
                .username(SUPERUSER)
                .database(name)
                .build());
    }

    /** As many connections as there are runs at once, so that nobody waits for one. */
    public ConnectionPool pool() {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(connections())
                .maxSize(CONNECTIONS)
                .build());
    }

    /** For drivers of JDBC. */
    public String jdbcUrl() {
        return "jdbc:postgresql://%s:%d/%s?user=%s".formatted(server.getHost(), server.getPort(), name, SUPERUSER);
    }

    /** Runs statements, one after the other. */
    public void run(String... statements) {
        Flux.usingWhen(
                        Mono.<Connection>from(connections().create()),
                        connection -> Flux.fromArray(statements).concatMap(sql -> execute(connection, sql)),
                        Connection::close)
                .blockLast();
    }

    private static Mono<Void> execute(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    /** This, with runs of 10 nodes that ended before. */
    public Database withFinishedRuns(int count) {
        run("""
                INSERT INTO cortex_workflow_states (tenant_id, run_id, workflow_id, workflow_version, queue, priority, status,
                    current_node, epoch, step_seq, commit_id, snapshot_seq, data, created_at, started_at, completed_at)
                SELECT '', 'finished-' || i, 'chain', '1', 'default', 100, 'completed', 'node-9', 2, 10, gen_random_uuid(), 10,
                    convert_to('{"v":1,"data":{"text":"' || repeat('x', 1000) || '"},"control":{}}', 'UTF8'),
                    now() - i * interval '1 ms', now(), now()
                  FROM generate_series(1, %d) AS i""".formatted(count), """
                INSERT INTO cortex_workflow_steps (tenant_id, run_id, seq, kind, node_id, epoch, commit_id, payload)
                SELECT '', 'finished-' || i, seq, 'node', 'node-' || seq, 1, gen_random_uuid(), convert_to('{"v":1}', 'UTF8')
                  FROM generate_series(1, %d) AS i, generate_series(0, 10) AS seq""".formatted(count), "VACUUM ANALYZE", "CHECKPOINT");
        return this;
    }
}
