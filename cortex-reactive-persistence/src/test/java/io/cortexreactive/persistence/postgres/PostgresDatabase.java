package io.cortexreactive.persistence.postgres;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A database of its own for a test class: made before its tests, dropped after them. */
public final class PostgresDatabase implements BeforeAllCallback, AfterAllCallback {

    private static final String MAINTENANCE = "postgres";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Supplier<PostgresServer> server;
    private final String name = "test_" + COUNT.incrementAndGet();

    /** On the server that all share. */
    public PostgresDatabase() {
        this(PostgresServer::shared);
    }

    PostgresDatabase(Supplier<PostgresServer> server) {
        this.server = server;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        run(maintenance(), "create database " + name);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        run(maintenance(), "drop database " + name + " with (force)");
    }

    private ConnectionFactory maintenance() {
        return server.get().connections(MAINTENANCE);
    }

    PostgresServer server() {
        return server.get();
    }

    String name() {
        return name;
    }

    /** For other processes. */
    public String address() {
        return "r2dbc:postgresql://" + PostgresServer.SUPERUSER + "@"
                + server.get().host() + ":" + server.get().port() + "/" + name;
    }

    /** A new connection each time. */
    public PostgresqlConnectionFactory connections() {
        return server.get().connections(name);
    }

    /** A pool of up to so many connections, to be closed by whoever asks. */
    public ConnectionPool pool(int size) {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(connections())
                .initialSize(0)
                .maxSize(size)
                .maxAcquireTime(PATIENCE)
                .build());
    }

    /** Runs statements, one after the other. */
    public void run(String... statements) {
        run(connections(), statements);
    }

    /** Runs statements on one connection. */
    public static void run(ConnectionFactory connections, String... statements) {
        Flux.usingWhen(
                        Mono.<Connection>from(connections.create()),
                        connection -> Flux.fromArray(statements).concatMap(sql -> execute(connection, sql)),
                        Connection::close)
                .blockLast(PATIENCE);
    }

    /** Whether a query has an answer. */
    public static boolean exists(ConnectionFactory connections, String query) {
        return Flux.usingWhen(
                        Mono.<Connection>from(connections.create()),
                        connection -> Flux.from(
                                        connection.createStatement(query).execute())
                                .concatMap(result -> result.map(row -> true)),
                        Connection::close)
                .hasElements()
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    /** Runs one statement; completes when it is over. */
    public static Mono<Void> execute(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }
}
