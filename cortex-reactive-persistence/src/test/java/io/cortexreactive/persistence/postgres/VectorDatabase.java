package io.cortexreactive.persistence.postgres;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A database with pgvector: on the server that all tests share if it has the extension, else in Node.js. Where there is
 * neither, the tests of its class are skipped, and say why.
 */
final class VectorDatabase implements BeforeAllCallback, AfterAllCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PostgresDatabase own = new PostgresDatabase();
    private @Nullable PgliteServer pglite;
    private @Nullable ConnectionPool pool;

    @Override
    public void beforeAll(ExtensionContext context) throws InterruptedException {
        own.beforeAll(context);
        ConnectionFactory connections = hasVector() ? own.connections() : pglite();
        pool = new ConnectionPool(ConnectionPoolConfiguration.builder(connections)
                .initialSize(0)
                .maxSize(1)
                .maxAcquireTime(PATIENCE)
                .build());
        PostgresDatabase.run(pool, "create extension vector");
    }

    private boolean hasVector() {
        return PostgresDatabase.exists(
                own.connections(), "select 1 from pg_available_extensions where name = 'vector'");
    }

    private ConnectionFactory pglite() throws InterruptedException {
        try {
            pglite = PgliteServer.start();
            return pglite.connections();
        } catch (IOException e) {
            return Assumptions.abort("No pgvector: neither PostgreSQL nor npm has it here: " + e.getMessage());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (pool != null) {
            pool.close().block(PATIENCE);
        }
        if (pglite != null) {
            pglite.close();
        }
        own.afterAll(context);
    }

    ConnectionPool pool() {
        if (pool == null) {
            throw new IllegalStateException("Not started");
        }
        return pool;
    }
}
