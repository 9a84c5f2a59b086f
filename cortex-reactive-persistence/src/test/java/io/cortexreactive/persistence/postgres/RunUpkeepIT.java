package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.SETTINGS;
import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.all;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static io.cortexreactive.persistence.postgres.TestRuns.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Leases, notices, and what piles up without either. */
class RunUpkeepIT {

    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final int RUNS = 200;
    private static final int STEPS = 5;

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private ConnectionPool pool;
    private TestRuns runs;

    @BeforeEach
    void open() {
        pool = DATABASE.pool(2);
        runs = TestRuns.on(pool);
        all(runs.log().notices("nobody", 1));
        DATABASE.run("truncate cortex_outbox, cortex_outbox_readers");
    }

    @AfterEach
    void close() {
        pool.close().block(TIMEOUT);
    }

    private List<Notice> notices(String reader) {
        return all(runs.log().notices(reader, 100));
    }

    @Test
    void noticesAreOfWhatWasCommittedInOrder() {
        RunRecord run = runs.running();
        value(runs.log().branch(runs.result(guard(run), "b")));
        runs.commit(run, Move.ADVANCE);
        runs.commit(transition(guard(runs.load(run.key())), Move.RETRY, Body.NONE, Schedule.NONE));

        assertThat(notices("reader"))
                .extracting(notice -> notice.seq() + notice.branch())
                .containsExactly("0", "1b", "1");
    }

    @Test
    void whatIsSettledIsGoneAndFreeForAnotherReader() {
        RunRecord run = runs.running();
        runs.log().settle(notices("first")).block(TIMEOUT);
        runs.commit(run, Move.ADVANCE);

        assertThat(notices("second")).extracting(Notice::seq).containsExactly(1);
        assertThat(notices("first")).isEmpty();
    }

    @Test
    void noticesThatNobodyTakesOffAreForgottenInTime() {
        runs.running();
        DATABASE.run("update cortex_outbox set created_at = now() - interval '61 minutes'");
        runs.running();

        all(runs.log().sweep(10));

        assertThat(notices("reader")).hasSize(1);
    }

    @Test
    void moreNoticesAreForgottenThanAStatementTakes() {
        DATABASE.run("insert into cortex_outbox (tenant_id, run_id, seq, created_at)"
                + " select 'acme', 'run', seq, now() - interval '61 minutes' from generate_series(1, 2500) as seq");
        RunRecord run = runs.running();

        all(runs.log().sweep(10));

        assertThat(notices("reader")).extracting(Notice::key).containsExactly(run.key());
        assertThat(PostgresDatabase.exists(pool, "select 1 from cortex_outbox where run_id = 'run'"))
                .isFalse();
    }

    @Test
    void withoutAnOutboxThereAreNoNotices() {
        TestRuns quiet = TestRuns.on(pool, SETTINGS.withOutbox(false), SqlFile.text("runs.sql"));
        RunRecord run = quiet.running();
        quiet.commit(run, Move.ADVANCE);

        assertThat(notices("reader")).isEmpty();
        assertThat(all(quiet.log().journal(run.key(), -1, 10))).hasSize(2);
    }

    @Test
    void purgingWhileRunsBeginAndEndTakesEachThatHasEndedOnce() {
        Times hasty = new Times(Times.DEFAULTS.patience(), Times.DEFAULTS.attempt(), Duration.ofMillis(1), LEASE);
        TestRuns brief = TestRuns.on(pool, SETTINGS.withOutbox(false).withTimes(hasty), SqlFile.text("runs.sql"));
        value(brief.log().purge());
        RunRecord held = brief.running();
        String worker = brief.worker();
        AtomicBoolean over = new AtomicBoolean();
        Mono<List<Verdict>> work = Flux.range(0, RUNS)
                .flatMap(i -> life(brief, worker), 16)
                .collectList()
                .doFinally(end -> over.set(true));
        Mono<Long> purges =
                Flux.defer(brief.log()::purge).repeat(() -> !over.get()).reduce(0L, Long::sum);

        var came = value(Mono.zip(work, purges));
        DATABASE.run("update cortex_workflow_states set completed_at = completed_at - interval '1 minute'");
        long rest = value(brief.log().purge());

        assertThat(came.getT1()).hasSize(RUNS * STEPS).containsOnly(Verdict.COMMITTED);
        assertThat(came.getT2()).isPositive();
        assertThat(came.getT2() + rest).isEqualTo(RUNS);
        assertThat(brief.commit(held, Move.ADVANCE)).isEqualTo(Verdict.COMMITTED);
    }

    /** A run from its beginning to its end. */
    private static Flux<Verdict> life(TestRuns runs, String worker) {
        return runs.log()
                .start(TestRuns.newRun(TestRuns.newKey(), worker, Lineage.NONE))
                .map(started -> started.run())
                .flatMapMany(run -> Flux.range(0, STEPS)
                        .map(seq -> new Guard(run.key(), run.progress().epoch(), seq))
                        .map(guard -> transition(guard, guard.seq() < STEPS - 1 ? Move.ADVANCE : Move.COMPLETE))
                        .concatMap(runs.log()::commit));
    }

    @Test
    void heartbeatsGoOnWhileAllConnectionsAreTaken() {
        String worker = runs.worker();

        Boolean alive = Flux.usingWhen(
                        Flux.range(0, 2).flatMap(i -> pool.create()).collectList(),
                        taken -> runs.log().beat(worker, LEASE, false, Map.of()),
                        taken -> Flux.fromIterable(taken).flatMap(Connection::close))
                .map(beat -> beat.alive())
                .blockLast(TIMEOUT);

        assertThat(alive).isTrue();
    }

    @Test
    void runThatItsWorkerKnowsNothingOfIsGivenBack() {
        String worker = runs.worker();
        RunRecord lost = runs.pending();
        RunRecord held = runs.pending();
        RunRecord young = runs.pending();
        List.of(lost, held, young).forEach(run -> runs.claim(worker, run.key()));
        DATABASE.run("update cortex_workflow_states set updated_at = now() - interval '6 minutes' where run_id <> '"
                + young.key().runId() + "'");

        var beat = value(runs.log().beat(worker, LEASE, false, Map.of(held.key(), 1L)));

        assertThat(beat.lost()).isEmpty();
        assertThat(runs.load(lost.key()))
                .returns(RunStatus.PENDING, RunRecord::status)
                .returns(0, run -> run.progress().attempts());
        assertThat(runs.load(held.key()).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(runs.load(young.key()).status()).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void whatAWorkerHasLostItIsTold() {
        String worker = runs.worker();
        RunRecord run = runs.pending();
        runs.claim(worker, run.key());
        runs.log().cancel(run.key(), RunWriter.newCommitId()).block(TIMEOUT);

        assertThat(value(runs.log().beat(worker, LEASE, false, Map.of(run.key(), 1L)))
                        .lost())
                .containsExactly(run.key());
    }
}
