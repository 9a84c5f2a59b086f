package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.all;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static io.cortexreactive.persistence.postgres.TestRuns.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.error.ErrorInfo;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** How much a step reads, among many runs and in a long journal: a few rows, found by an index. */
class RunPlansIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static final String COUNT_NOW = "select pg_stat_force_next_flush()";

    private static final int MOST_READ_IN_ORDER = 100;
    private static final int MOST_READ_BY_INDEXES = 20;

    private static ConnectionPool pool;
    private static TestRuns runs;
    private static TestRuns impatient;
    private static RunRecord run;

    @BeforeAll
    static void fill() {
        pool = DATABASE.pool(1);
        runs = TestRuns.on(pool, TestRuns.SETTINGS.withHeartbeats(pool), SqlFile.text("runs.sql"));
        PostgresSettings.Times times = PostgresSettings.Times.DEFAULTS.withKeepPaused(Duration.ofDays(1));
        impatient =
                TestRuns.on(pool, TestRuns.SETTINGS.withHeartbeats(pool).withTimes(times), SqlFile.text("runs.sql"));
        run = runs.running();
        prepare(
                """
                insert into cortex_workflow_states (tenant_id, run_id, workflow_id, workflow_version, queue, priority,
                    status, epoch, step_seq, commit_id, snapshot_seq, data, started_at, completed_at)
                select 'acme', 'done' || i, 'pipeline', '1', 'default', 100, 'completed', 2, 1, gen_random_uuid(), 1, '{}', now(), now()
                  from generate_series(1, 20000) as i
                """,
                """
                insert into cortex_workflow_steps (tenant_id, run_id, seq, kind, epoch, commit_id)
                select 'acme', '%s', i, 'node', 1, gen_random_uuid() from generate_series(1, 20000) as i
                """.formatted(run.key().runId()),
                "update cortex_workflow_states set step_seq = 20000 where run_id = '"
                        + run.key().runId() + "'",
                "analyze");
        run = runs.load(run.key());
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    /** What it reads itself is counted when this returns, and not some time after its connection is closed. */
    private static void prepare(String... statements) {
        DATABASE.run(Stream.concat(Stream.of(statements), Stream.of(COUNT_NOW)).toArray(String[]::new));
    }

    /** Rows read in order, whatever index may be there, by table. */
    private static Map<String, Long> readInOrder() {
        List<Map.Entry<String, Long>> counts = all(Flux.usingWhen(
                pool.create(),
                connection -> PostgresDatabase.execute(connection, COUNT_NOW)
                        .thenMany(Flux.from(connection
                                .createStatement("select relname, seq_tup_read from pg_stat_user_tables")
                                .execute()))
                        .concatMap(result -> result.map(RunPlansIT::count)),
                Connection::close));
        Map<String, Long> all = new TreeMap<>();
        counts.forEach(count -> all.put(count.getKey(), count.getValue()));
        return all;
    }

    private static Map.Entry<String, Long> count(Readable row) {
        return Map.entry(RunRows.text(row, "relname"), (Long) row.get("seq_tup_read"));
    }

    private static long readByIndexes() {
        return value(Flux.usingWhen(
                        pool.create(),
                        connection -> PostgresDatabase.execute(connection, COUNT_NOW)
                                .thenMany(Flux.from(connection
                                        .createStatement("select sum(idx_tup_read)::int8 as read from"
                                                + " pg_stat_user_indexes where relname = 'cortex_workflow_states'")
                                        .execute()))
                                .concatMap(result -> result.map(row -> (Long) row.get("read"))),
                        Connection::close)
                .single());
    }

    @Test
    void aGroupReadsItsRunsAlone() {
        RunRecord one = runs.running();
        RunRecord other = runs.running();
        prepare("""
                insert into cortex_workflow_states (tenant_id, run_id, workflow_id, workflow_version, queue, priority,
                    status, epoch, step_seq, commit_id, snapshot_seq, data, started_at, owner)
                select 'acme', 'running' || i, 'pipeline', '1', 'default', 100, 'running', 1, 0, gen_random_uuid(), 0, '{}', now(), 'w'
                  from generate_series(1, 1000) as i
                """);
        long before = readByIndexes();

        value(runs.commits()
                .together(List.of(
                        Commits.Step.of(transition(guard(one), Move.ADVANCE)),
                        Commits.Step.of(transition(guard(other), Move.ADVANCE)))));

        long read = readByIndexes() - before;
        prepare("delete from cortex_workflow_states where owner = 'w'");
        assertThat(read).isLessThan(MOST_READ_BY_INDEXES);
    }

    @Test
    void noStepReadsAWholeTable() {
        Map<String, Long> before = readInOrder();

        RunRecord other = runs.running();
        String worker = runs.worker();
        value(runs.log().branch(new BranchResult(guard(run), "b", RunWriter.newCommitId(), "{}", null)));
        runs.commit(run, Move.ADVANCE);
        value(runs.commits()
                .together(List.of(
                        Commits.Step.of(transition(guard(runs.load(run.key())), Move.ADVANCE)),
                        Commits.Step.of(transition(guard(other), Move.ADVANCE)))));
        value(runs.branches()
                .together(List.of(
                        Branches.Step.of(runs.result(guard(runs.load(run.key())), "b")),
                        Branches.Step.of(runs.result(guard(runs.load(other.key())), "b")))));
        value(runs.starts()
                .together(List.of(
                        Starts.Step.of(TestRuns.newRun(TestRuns.newKey(), worker, RunRecord.Lineage.NONE)),
                        Starts.Step.of(TestRuns.newRun(TestRuns.newKey(), null, RunRecord.Lineage.NONE)))));
        all(runs.log().claim(new Claim(worker, "default", List.of(TestRuns.CODE), null, 10)));
        all(runs.log().journal(run.key(), 19_990, 5));
        value(runs.log().beat(worker, Duration.ofMinutes(1), false, Map.of(run.key(), 1L)));
        all(runs.log().sweep(10));
        all(impatient.log().expire(10, new ErrorInfo("late", "Its time is up.", false)));
        all(runs.log().notices("reader", 10));
        runs.log().cancel(other.key(), RunWriter.newCommitId()).block(TIMEOUT);

        Map<String, Long> after = readInOrder();
        assertThat(after)
                .allSatisfy((table, rows) -> assertThat(rows - before.getOrDefault(table, 0L))
                        .as(table)
                        .isLessThan(MOST_READ_IN_ORDER));
    }
}
