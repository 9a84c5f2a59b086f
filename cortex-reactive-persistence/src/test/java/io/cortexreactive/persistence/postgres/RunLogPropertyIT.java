package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLogPropertyContract;
import io.r2dbc.pool.ConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class RunLogPropertyIT extends RunLogPropertyContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static RunLog log;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(4);
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

    @Override
    protected Mono<Void> afterAMinute() {
        return TestRuns.aMinuteLater(pool);
    }
}
