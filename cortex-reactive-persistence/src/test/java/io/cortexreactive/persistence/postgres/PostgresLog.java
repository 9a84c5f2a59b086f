package io.cortexreactive.persistence.postgres;

import static java.util.Objects.requireNonNull;

import io.cortexreactive.durable.RunLog;
import io.r2dbc.pool.ConnectionPool;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.publisher.Mono;

/** A log of runs for a test class, on a database and a few connections of its own. */
final class PostgresLog implements BeforeAllCallback, AfterAllCallback {

    private static final int CONNECTIONS = 4;

    private final PostgresDatabase database = new PostgresDatabase();
    private @Nullable ConnectionPool pool;
    private @Nullable RunLog log;

    @Override
    public void beforeAll(ExtensionContext context) {
        database.beforeAll(context);
        ConnectionPool connections = database.pool(CONNECTIONS);
        pool = connections;
        log = TestRuns.on(connections).log();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        requireNonNull(pool).close().block(TestRuns.TIMEOUT);
        database.afterAll(context);
    }

    RunLog log() {
        return requireNonNull(log);
    }

    /** As if a minute had passed. */
    Mono<Void> aMinuteLater() {
        return TestRuns.aMinuteLater(requireNonNull(pool));
    }

    /** Runs a statement beside the log. */
    void run(String statement) {
        database.run(statement);
    }
}
