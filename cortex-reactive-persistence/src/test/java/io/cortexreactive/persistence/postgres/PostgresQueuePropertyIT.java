package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.QueuePropertyContract;
import io.cortexreactive.durable.RunLog;
import io.r2dbc.pool.ConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

class PostgresQueuePropertyIT extends QueuePropertyContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static final String LONG_AGO =
            "update cortex_agent_runs set completed_at = completed_at - interval '8 days' where completed_at is not null";

    private static ConnectionPool pool;
    private static RunLog queue;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(4);
        queue = PostgresAgentRunQueue.log(pool, TestRuns.SETTINGS);
    }

    @AfterAll
    static void close() {
        pool.close().block(TestRuns.TIMEOUT);
    }

    @Override
    protected RunLog queue() {
        return queue;
    }

    @Override
    protected Mono<Void> afterAMinute() {
        return TestRuns.aMinuteLater(pool, "cortex_agent_runs");
    }

    @Override
    protected Mono<Void> forget() {
        return Mono.fromRunnable(() -> DATABASE.run(LONG_AGO))
                .then(queue.purge())
                .then();
    }
}
