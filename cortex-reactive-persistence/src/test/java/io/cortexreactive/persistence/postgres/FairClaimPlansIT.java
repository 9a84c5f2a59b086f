package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** How much a claim in turn reads where one tenant has a long backlog: a few rows, found by an index. */
class FairClaimPlansIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    /** So many that reading them all would be noticed. */
    private static final int BACKLOG = 100_000;

    private static final int MOST_READ = 200;

    private static ConnectionPool pool;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(1);
    }

    @AfterAll
    static void close() {
        pool.close().block(TestRuns.TIMEOUT);
    }

    /** How many rows of a table were read, in order or by an index. */
    private static long rowsRead() {
        return TestRuns.value(Flux.usingWhen(
                        pool.create(),
                        connection -> PostgresDatabase.execute(connection, "select pg_stat_force_next_flush()")
                                .thenMany(Flux.from(
                                        connection.createStatement("""
                                        select (t.seq_tup_read + sum(i.idx_tup_read))::int8 as read
                                          from pg_stat_user_tables t join pg_stat_user_indexes i using (relid)
                                         where t.relname = 'cortex_agent_runs' group by t.seq_tup_read
                                        """).execute()))
                                .concatMap(result -> result.map(row -> (Long) row.get("read"))),
                        Connection::close)
                .single());
    }

    @Test
    void fairClaimReadsFewRows() {
        PostgresRunLog queue = PostgresAgentRunQueue.log(pool, TestRuns.SETTINGS.withHeartbeats(pool));
        TestRuns agents = new TestRuns(queue, queue.commits(), queue.branches(), queue.starts());
        RunRecord quiet = agents.pending();
        DATABASE.run("""
                insert into cortex_agent_runs (tenant_id, run_id, workflow_id, workflow_version, queue, priority,
                    status, epoch, step_seq, commit_id, snapshot_seq, data)
                select 'noisy', 'noise' || i, 'pipeline', '1', 'default', 1, 'pending', 0, 0, gen_random_uuid(), 0, '{}'
                  from generate_series(1, %d) as i
                """.formatted(BACKLOG), "analyze cortex_agent_runs");
        String worker = agents.worker();
        RunLog.Claim claim =
                new RunLog.Claim(worker, "default", List.of(TestRuns.CODE), null, 4, new RunLog.Fairness(3));
        long before = rowsRead();

        assertThat(TestRuns.all(queue.claim(claim)))
                .hasSize(4)
                .extracting(RunRecord::key)
                .contains(quiet.key());

        long read = rowsRead() - before;
        assertThat(read).isLessThan(MOST_READ);
    }
}
