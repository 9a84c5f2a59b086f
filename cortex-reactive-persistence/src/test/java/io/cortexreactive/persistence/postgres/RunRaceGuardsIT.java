package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.PostgresDatabase.execute;
import static io.cortexreactive.persistence.postgres.TestRuns.CODE;
import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.pause;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static io.cortexreactive.persistence.postgres.TestRuns.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.Transition.Move;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the guards are for that decide between two who are there at once, who ask again, or who ask for what is
 * another's: with each, its rule holds; without it, the rule is broken.
 */
class RunRaceGuardsIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static final String SQL = SqlFile.text("runs.sql");

    /** That a run is still as a sweep has seen it. */
    private static final String SEEN = "WHERE s.epoch = seen.epoch AND s.step_seq = seen.step_seq\n";

    private static ConnectionPool pool;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    private static TestRuns runs(PostgresSettings settings, String sql) {
        return TestRuns.on(pool, settings.withHeartbeats(pool), sql);
    }

    private static String without(String guard, String instead) {
        assertThat(SQL).containsOnlyOnce(guard);
        return SQL.replace(guard, instead);
    }

    private static void assertNeeds(Predicate<TestRuns> rule, String guard, String instead) {
        assertNeedsText(sql -> rule.test(runs(TestRuns.SETTINGS, sql)), guard, instead);
    }

    private static void assertNeedsText(Predicate<String> rule, String guard, String instead) {
        assertThat(rule.test(SQL)).isTrue();
        assertThat(rule.test(without(guard, instead))).isFalse();
    }

    private static void alterRun(RunRecord run, String change) {
        DATABASE.run("update cortex_workflow_states set " + change + " where run_id = '"
                + run.key().runId() + "'");
    }

    private static void alterWorker(String worker, String change) {
        DATABASE.run("update cortex_workers set " + change + " where worker_id = '" + worker + "'");
    }

    private static RunRecord runningOn(TestRuns runs, String worker) {
        return value(runs.log().start(TestRuns.newRun(TestRuns.newKey(), worker, Lineage.NONE)))
                .run();
    }

    @Test
    void aRunIsNotTakenFromWhoClaimedItWhileItWasLookedFor() {
        assertNeedsText(RunRaceGuardsIT::staysWithWhoClaimedIt, SEEN, "WHERE s.step_seq = seen.step_seq\n");
    }

    /** In what the sweep has seen, its worker is gone; meanwhile another recovers it, and a living worker claims it. */
    private static boolean staysWithWhoClaimedIt(String sql) {
        TestRuns runs = runs(TestRuns.SETTINGS, SQL);
        String gone = runs.worker();
        RunRecord run = runningOn(runs, gone);
        alterWorker(gone, "state = 'dead'");
        Claim claim = new Claim(runs.worker(), "default", List.of(CODE), run.key(), 1);
        sweep(sql, runs.log().sweep(1_000).thenMany(runs.log().claim(claim)).then());
        return isRunning(runs, run);
    }

    @Test
    void aRunIsNotTakenFromWhoseNodeEndedWhileItWasLookedFor() {
        assertNeedsText(RunRaceGuardsIT::staysWithWhoWentOn, SEEN, "WHERE s.epoch = seen.epoch\n");
    }

    /** In what the sweep has seen, its node hangs; meanwhile that comes to its end. */
    private static boolean staysWithWhoWentOn(String sql) {
        TestRuns runs = runs(TestRuns.SETTINGS, SQL);
        RunRecord run = runs.running();
        alterRun(run, "node_deadline_at = now() - interval '1 second'");
        sweep(sql, runs.log().commit(transition(guard(run), Move.ADVANCE)).then());
        return isRunning(runs, run);
    }

    /**
     * A sweep that is held up when it has its snapshot, while something happens. It says that it has its snapshot by
     * letting go a lock.
     */
    private static void sweep(String sql, Mono<Void> meanwhile) {
        String status = "WHERE s.status = 'running' AND (w.worker_id IS NULL";
        assertThat(sql).containsOnlyOnce(status);
        String held = sql.replace(
                status,
                "WHERE (SELECT count(pg_advisory_unlock(1))) + (SELECT count(pg_advisory_xact_lock(2))) > 0"
                        + " AND s.status = 'running' AND (w.worker_id IS NULL");
        ConnectionPool one = DATABASE.pool(1);
        TestRuns slow = TestRuns.on(one, TestRuns.SETTINGS.withHeartbeats(pool), held);
        PostgresDatabase.run(one, "select pg_advisory_lock(1)");
        Flux.usingWhen(
                        Mono.<Connection>from(DATABASE.connections().create()),
                        other -> execute(other, "select pg_advisory_lock(2)")
                                .thenMany(Flux.merge(
                                        slow.log().sweep(1_000).then(),
                                        execute(other, "select pg_advisory_lock(1)")
                                                .then(meanwhile)
                                                .then(execute(other, "select pg_advisory_unlock(2)")))),
                        Connection::close)
                .blockLast(TIMEOUT);
        one.close().block(TIMEOUT);
    }

    /** The index alone says so: whatever has seen no such answer yet cannot add it. */
    @Test
    void aRequestAnswersOnePauseByItsUniqueIndex() {
        PostgresSettings settings = TestRuns.SETTINGS.withPrefix("bare_");
        TestRuns runs = runs(settings, SQL);

        assertThat(answersOnce(runs)).isTrue();
        DATABASE.run("drop index bare_wst_request_idx");
        assertThat(answersOnce(runs)).isFalse();
    }

    private static boolean answersOnce(TestRuns runs) {
        RunRecord run = runs.paused("first", null);
        value(runs.log().answer(run.key(), answer("first")));
        RunRecord again = runs.claim(run.key()).get(0);
        runs.commit(pause(guard(again), "second", null));
        return value(runs.log().answer(run.key(), answer("second"))).seq() == 2
                && runs.load(run.key()).status() == RunStatus.PAUSED;
    }

    private static Answer answer(String token) {
        return new Answer(token, "request", "{}", RunWriter.newCommitId());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s.tenant_id = $1::text AND s.run_id = $2::text AND s.status = 'paused' |"
                        + " $1::text IS NOT NULL AND s.run_id = $2::text AND s.status = 'paused'",
                "j.request_id = $3::text) AS answer_seq\\n  FROM ${states} s WHERE s.tenant_id = $1::text |"
                        + " j.request_id = $3::text) AS answer_seq\\n  FROM ${states} s WHERE $1::text IS NOT NULL",
                "s.tenant_id = $1::text AND s.run_id = $2::text AND s.status IN ('pending' |"
                        + " $1::text IS NOT NULL AND s.run_id = $2::text AND s.status IN ('pending'",
                "j.commit_id = $3::uuid) AS mine\\n  FROM ${states} s WHERE s.tenant_id = $1::text |"
                        + " j.commit_id = $3::uuid) AS mine\\n  FROM ${states} s WHERE $1::text IS NOT NULL"
            })
    void anotherTenantFindsNothingToAnswerOrCancel(String guard, String instead) {
        assertNeeds(
                RunRaceGuardsIT::anotherTenantFindsNothing, guard.replace("\\n", "\n"), instead.replace("\\n", "\n"));
    }

    private static boolean anotherTenantFindsNothing(TestRuns runs) {
        RunRecord run = runs.paused("token", null);
        RunKey other = new RunKey("globex", run.key().runId());
        return runs.log().answer(other, answer("token")).blockOptional(TIMEOUT).isEmpty()
                && runs.log()
                        .cancel(other, RunWriter.newCommitId())
                        .blockOptional(TIMEOUT)
                        .isEmpty();
    }

    @Test
    void aRunThatIsPutTwiceByOneCommitIsWrittenOnce() {
        assertNeeds(
                RunRaceGuardsIT::writesOnce,
                "AND NOT EXISTS (SELECT 1 FROM ${steps} d WHERE d.tenant_id = s.tenant_id AND d.run_id = s.run_id"
                        + " AND d.commit_id = excluded.commit_id)",
                "");
    }

    private static boolean writesOnce(TestRuns runs) {
        RunRecord like = runs.pending();
        RunKey key = TestRuns.newKey();
        RunRecord run = new RunRecord(
                key, CODE, like.status(), like.progress(), like.snapshot(), null, Lineage.NONE, like.times(), null);
        UUID commit = RunWriter.newCommitId();
        boolean once = value(runs.log().put(run, commit));
        boolean again = value(runs.log().put(run, commit));
        return once && again && runs.load(key).progress().seq() == 0;
    }

    @Test
    void aRunThatItsWorkerDoesNotKnowIsGivenBack() {
        TestRuns runs = runs(TestRuns.SETTINGS, SQL);
        String worker = runs.worker();
        RunRecord run = forgotten(runs, worker);

        beat(runs, worker, Map.of());

        assertThat(runs.load(run.key()))
                .returns(RunStatus.PENDING, RunRecord::status)
                .returns(0, given -> given.progress().attempts());
    }

    private static RunRecord forgotten(TestRuns runs, String worker) {
        RunRecord run = runningOn(runs, worker);
        alterRun(run, "updated_at = now() - interval '1 hour'");
        return run;
    }

    private static void beat(TestRuns runs, String worker, Map<RunKey, Long> held) {
        value(runs.log().beat(worker, Duration.ofMinutes(1), false, held));
    }

    private static boolean isRunning(TestRuns runs, RunRecord run) {
        return runs.load(run.key()).status() == RunStatus.RUNNING;
    }

    /** Whether a beat leaves a run as it is. */
    private static boolean leaves(TestRuns runs, RunRecord run, String worker, Map<RunKey, Long> held) {
        beat(runs, worker, held);
        return isRunning(runs, run);
    }

    @Test
    void aRunThatItsWorkerHoldsIsNotGivenBack() {
        assertNeeds(
                runs -> {
                    String worker = runs.worker();
                    RunRecord run = forgotten(runs, worker);
                    return leaves(
                            runs, run, worker, Map.of(run.key(), run.progress().epoch()));
                },
                "AND NOT EXISTS (SELECT 1 FROM held h WHERE h.tenant_id = s.tenant_id AND h.run_id = s.run_id)",
                "");
    }

    @Test
    void aRunWhoseClaimMayStillBeAnsweredIsNotGivenBack() {
        assertNeeds(
                runs -> {
                    String worker = runs.worker();
                    return leaves(runs, runningOn(runs, worker), worker, Map.of());
                },
                "AND s.updated_at < statement_timestamp() - $2::int8 * interval '1 ms'",
                "");
    }

    @Test
    void aRunOfAnotherWorkerIsNotGivenBack() {
        assertNeeds(
                runs -> leaves(runs, forgotten(runs, runs.worker()), runs.worker(), Map.of()),
                "s.owner = $1::text AND s.status = 'running' AND s.updated_at",
                "s.status = 'running' AND s.updated_at");
    }

    @Test
    void aWorkerWhoseTimeIsOverGivesNothingBack() {
        assertNeeds(
                runs -> {
                    String worker = runs.worker();
                    RunRecord run = forgotten(runs, worker);
                    alterWorker(worker, "expires_at = now() - interval '1 second'");
                    return leaves(runs, run, worker, Map.of());
                },
                "AND EXISTS (SELECT 1 FROM b) AND NOT EXISTS (SELECT 1 FROM held",
                "AND NOT EXISTS (SELECT 1 FROM held");
    }
}
