package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.workflow.SavedStatesContract;
import io.r2dbc.pool.ConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresSavedStatesIT extends SavedStatesContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static RunLog log;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        log = TestRuns.on(pool).log();
    }

    @AfterAll
    static void close() {
        pool.close().block(TestRuns.TIMEOUT);
    }

    @Override
    protected RunLog log() {
        return log;
    }
}
