package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.all;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static io.cortexreactive.persistence.postgres.TestRuns.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Subscribers that leave, owners that are late, and connections that break. */
class RunLogFaultsIT {

    private static final int CONNECTIONS = 4;
    private static final int LONGEST_WAIT_MICROS = 3_000;
    private static final int RUNS = 16;
    private static final int STEPS = 40;
    private static final long SEED = 20_261_126;

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private ConnectionPool pool;
    private TestRuns runs;
    private PostgresqlConnectionFactory others;

    @BeforeEach
    void open() {
        pool = DATABASE.pool(CONNECTIONS);
        runs = TestRuns.on(pool);
        others = DATABASE.connections();
    }

    @AfterEach
    void close() {
        pool.close().block(TIMEOUT);
    }

    private static Mono<Void> takeAll(ConnectionPool connections) {
        return Flux.range(0, CONNECTIONS)
                .flatMap(i -> connections.create())
                .collectList()
                .flatMapIterable(all -> all)
                .flatMap(Connection::close)
                .then();
    }

    private static int acquired(ConnectionPool connections) {
        return connections.getMetrics().map(PoolMetrics::acquiredSize).orElseThrow();
    }

    /** With what goes on without its subscriber. */
    private static boolean isBusy(ConnectionPool connections) {
        return connections
                .getMetrics()
                .map(metrics -> metrics.acquiredSize() + metrics.pendingAcquireSize() > 0)
                .orElseThrow();
    }

    @Test
    void stepsThatAreCancelledAnywhereKeepNoConnection() {
        cancel(1_000);
    }

    @Test
    @Tag("faults")
    void veryManyStepsThatAreCancelledAnywhereKeepNoConnection() {
        cancel(10_000);

        System.out.println("10,000 steps of a store were cancelled: 0 connections in use");
    }

    private void cancel(int cancels) {
        RunLog log = runs.log();
        Random random = new Random(SEED);
        String worker = runs.worker();
        RunRecord run = runs.running();
        List<Publisher<?>> steps = List.of(
                Flux.defer(() -> log.commit(transition(guard(run), Move.ADVANCE))),
                Flux.defer(() -> log.branch(runs.result(guard(run), "b" + random.nextInt()))),
                log.load(run.key()),
                log.journal(run.key(), -1, 100),
                Flux.defer(() -> log.start(TestRuns.newRun(TestRuns.newKey(), null, RunRecord.Lineage.NONE))),
                log.cancel(TestRuns.newKey(), RunWriter.newCommitId()),
                log.claim(new Claim(worker, "default", List.of(TestRuns.CODE), null, 1)),
                log.beat(worker, Duration.ofMinutes(5), false, Map.of()),
                log.sweep(10),
                log.notices("reader", 10));

        long done = value(Flux.range(0, cancels)
                .flatMap(
                        i -> Flux.from(steps.get(i % steps.size()))
                                .takeUntilOther(
                                        Mono.delay(Duration.ofNanos(1_000L * random.nextInt(LONGEST_WAIT_MICROS))))
                                .count(),
                        2 * CONNECTIONS)
                .count());

        assertThat(done).isEqualTo(cancels);
        takeAll(pool).repeat(() -> isBusy(pool)).blockLast(TIMEOUT);
        assertThat(acquired(pool)).isZero();
    }

    @Test
    void commitOutlivesItsSubscriber() {
        List<RunRecord> begun =
                IntStream.range(0, RUNS).mapToObj(i -> runs.running()).toList();

        Flux.fromIterable(begun)
                .doOnNext(run -> runs.log()
                        .commit(transition(guard(run), Move.ADVANCE))
                        .subscribe()
                        .dispose())
                .blockLast(TIMEOUT);

        assertThat(begun)
                .allSatisfy(run -> assertThat(runs.commit(
                                transition(new Guard(run.key(), run.progress().epoch(), 1), Move.ADVANCE)))
                        .isEqualTo(Verdict.COMMITTED));
    }

    /** The run is cancelled, or recovered and claimed again, by a transaction that the finish waits for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "epoch = epoch + 1, status = 'cancelled', owner = null, completed_at = statement_timestamp()",
                "epoch = epoch + 2"
            })
    void finishThatWaitedWhileItsRunChangedHandsIsFenced(String change) {
        RunRecord run = runs.running();
        Mono<Verdict> finish = runs.log().commit(transition(guard(run), Move.COMPLETE));
        Mono<Verdict> another = runs.log().commit(transition(guard(runs.running()), Move.ADVANCE));
        String update = "update cortex_workflow_states set " + change + " where run_id = '"
                + run.key().runId() + "'";

        List<Verdict> verdicts = all(Flux.usingWhen(
                others.create(),
                holder -> Mono.from(holder.beginTransaction())
                        .then(PostgresDatabase.execute(holder, update))
                        .thenMany(Flux.mergeSequential(
                                List.of(finish, another.delayUntil(made -> holder.commitTransaction())))),
                Connection::close));

        assertThat(verdicts).containsExactly(Verdict.FENCED, Verdict.COMMITTED);
        assertThat(all(runs.log().journal(run.key(), 0, 10))).isEmpty();
    }

    @Test
    void answersThatAreLostAreFoundOut() {
        List<RunRecord> begun =
                IntStream.range(0, RUNS).mapToObj(i -> runs.running()).toList();
        Mono<Void> storm = Flux.range(0, 30)
                .concatMap(i -> Mono.delay(Duration.ofMillis(20)).then(terminate()))
                .then();

        Mono<List<Verdict>> work = Flux.fromIterable(begun)
                .flatMap(run -> Flux.range(0, STEPS).concatMap(seq -> step(run, seq)), RUNS)
                .collectList();
        List<Verdict> verdicts = value(Mono.zip(work, storm.thenReturn(true))).getT1();

        assertThat(verdicts).hasSize(2 * RUNS * STEPS).containsOnly(Verdict.COMMITTED);
        assertThat(begun).allSatisfy(this::assertWhole);
    }

    /** A branch and its join. */
    private Flux<Verdict> step(RunRecord run, int seq) {
        Guard guard = new Guard(run.key(), run.progress().epoch(), seq);
        return Flux.concat(
                runs.log().branch(runs.result(guard, "b")), runs.log().commit(transition(guard, Move.ADVANCE)));
    }

    private void assertWhole(RunRecord run) {
        List<JournalEntry> entries = all(runs.log().journal(run.key(), 0, 1_000));
        assertThat(entries)
                .extracting(JournalEntry::seq)
                .containsExactlyElementsOf(
                        IntStream.range(2, 2 * STEPS + 2).mapToObj(i -> i / 2).toList());
    }

    private Mono<Void> terminate() {
        return Flux.usingWhen(
                        others.create(),
                        connection -> PostgresDatabase.execute(
                                connection,
                                "select pg_terminate_backend(pid) from pg_stat_activity where datname ="
                                        + " current_database() and pid <> pg_backend_pid()"),
                        Connection::close)
                .then();
    }

    @Test
    void claimsWhoseAnswersAreLostAreFoundOut() {
        String worker = runs.worker();
        List<RunRecord> begun =
                IntStream.range(0, 100).mapToObj(i -> runs.pending()).toList();
        Mono<Void> storm = Flux.range(0, 10)
                .concatMap(i -> Mono.delay(Duration.ofMillis(10)).then(terminate()))
                .then();

        Mono<List<RunRecord>> work = Flux.range(0, 100)
                .concatMap(i -> runs.log().claim(new Claim(worker, "default", List.of(TestRuns.CODE), null, 1)))
                .collectList();
        List<RunRecord> claimed = value(Mono.zip(work, storm.thenReturn(true))).getT1();

        assertThat(claimed).extracting(RunRecord::key).doesNotHaveDuplicates();
        assertThat(claimed)
                .extracting(RunRecord::key)
                .containsAll(begun.stream()
                        .map(run -> runs.load(run.key()))
                        .filter(run -> run.progress().epoch() > 0)
                        .map(RunRecord::key)
                        .toList());
    }
}
