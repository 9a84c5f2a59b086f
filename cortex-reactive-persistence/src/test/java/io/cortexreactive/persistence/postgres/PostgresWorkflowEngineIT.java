package io.cortexreactive.persistence.postgres;

import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.WorkflowEngineContract;
import io.r2dbc.pool.ConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresWorkflowEngineIT extends WorkflowEngineContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static RunStore store;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        store = RunStore.of(TestRuns.on(pool).log());
    }

    @AfterAll
    static void close() {
        pool.close().block(TestRuns.TIMEOUT);
    }

    @Override
    protected RunStore store() {
        return store;
    }
}
