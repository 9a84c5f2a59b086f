package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.all;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static io.cortexreactive.persistence.postgres.TestRuns.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many transitions in one statement, each for itself. */
class GroupedCommitsIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;
    private static TestRuns runs;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        runs = TestRuns.on(pool);
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    private static Map<Integer, Mono<Verdict>> together(Transition... transitions) {
        return value(runs.commits()
                .together(Stream.of(transitions).map(Commits.Step::of).toList()));
    }

    private static List<JournalEntry> journal(RunRecord run) {
        return all(runs.log().journal(run.key(), 0, 100));
    }

    @Test
    void oneThatIsFencedTouchesNoOther() {
        RunRecord first = runs.running();
        RunRecord fenced = runs.running();
        RunRecord last = runs.running();
        Guard stale = new Guard(fenced.key(), 0, 0);

        assertThat(together(
                        transition(guard(first), Move.ADVANCE),
                        transition(stale, Move.ADVANCE),
                        transition(guard(last), Move.COMPLETE)))
                .containsOnlyKeys(0, 2);
        assertThat(runs.load(first.key()).progress().seq()).isEqualTo(1);
        assertThat(journal(fenced)).isEmpty();
        assertThat(runs.load(last.key()).status()).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void eachGetsItsOwnBodies() {
        RunRecord both = runs.running();
        RunRecord none = runs.running();
        RunRecord paused = runs.running();
        ErrorInfo error = new ErrorInfo("code", "NUL \0 and ü", false);

        together(
                transition(
                        guard(both),
                        Move.ADVANCE,
                        new Body("{\"p\":\"ü\"}", "{\"s\":\"🌍\"}", error, 2),
                        Schedule.NONE),
                transition(guard(none), Move.ADVANCE, Body.NONE, Schedule.NONE),
                transition(
                        guard(paused),
                        Move.PAUSE,
                        new Body("{}", null, null, 0),
                        new Schedule(null, null, new Asked("token", "why\0", "{\"spec\":1}", Duration.ofHours(1)))));

        assertThat(journal(both)).extracting(JournalEntry::payload).containsExactly("{\"p\":\"ü\"}");
        assertThat(journal(both)).extracting(JournalEntry::error).containsExactly(error);
        assertThat(runs.load(both.key()).snapshot()).isEqualTo(new RunRecord.Snapshot(1, "{\"s\":\"🌍\"}"));
        assertThat(runs.load(both.key()).progress().undo()).isEqualTo(2);
        assertThat(journal(none)).extracting(JournalEntry::payload).containsExactly((String) null);
        assertThat(runs.load(none.key()).snapshot()).isEqualTo(none.snapshot());
        assertThat(runs.load(paused.key()).pause())
                .returns("token", RunRecord.Waiting::token)
                .returns("why\uFFFD", RunRecord.Waiting::reason)
                .returns("{\"spec\":1}", RunRecord.Waiting::spec);
    }

    @Test
    void lockedRowHoldsUpNoOther() {
        RunRecord locked = runs.running();
        RunRecord free = runs.running();
        Mono<Verdict> late = runs.log().commit(transition(guard(locked), Move.ADVANCE));
        Mono<Map<Integer, Mono<Verdict>>> group = runs.commits()
                .together(List.of(
                        Commits.Step.of(transition(guard(locked), Move.ADVANCE)),
                        Commits.Step.of(transition(guard(free), Move.ADVANCE))));

        List<Object> seen = Flux.usingWhen(
                        DATABASE.connections().create(),
                        lock -> Mono.from(lock.beginTransaction())
                                .then(PostgresDatabase.execute(lock, lockOf(locked)))
                                .then(group)
                                .<Object>map(Map::keySet)
                                .concatWith(Mono.defer(() -> Mono.from(lock.commitTransaction()))
                                        .then(late)),
                        Connection::close)
                .collectList()
                .block(TIMEOUT);

        assertThat(seen).containsExactly(Set.of(1), Verdict.COMMITTED);
    }

    private static String lockOf(RunRecord run) {
        return "select 1 from cortex_workflow_states where run_id = '"
                + run.key().runId() + "' for no key update";
    }

    @Test
    void rowThatIsLockedForAWhileIsWaitedFor() {
        RunRecord locked = runs.running();
        Mono<Verdict> commit = runs.log().commit(transition(guard(locked), Move.ADVANCE));
        Mono<Verdict> others = runs.log().commit(transition(guard(runs.running()), Move.ADVANCE));

        List<Verdict> verdicts = Flux.usingWhen(
                        DATABASE.connections().create(),
                        lock -> Mono.from(lock.beginTransaction())
                                .then(PostgresDatabase.execute(lock, lockOf(locked)))
                                .thenMany(Flux.merge(commit, others.delayUntil(verdict -> lock.commitTransaction()))),
                        Connection::close)
                .collectList()
                .block(TIMEOUT);

        assertThat(verdicts).containsExactlyInAnyOrder(Verdict.COMMITTED, Verdict.COMMITTED);
    }

    @Test
    void oneThatTheDatabaseRefusesFailsAlone() {
        RunRecord bad = runs.undoable();
        Body tooMuch = new Body(null, null, null, Integer.MAX_VALUE);
        Transition refused = transition(guard(bad), Move.ADVANCE, tooMuch, Schedule.NONE);
        List<RunRecord> good =
                IntStream.range(0, 20).mapToObj(i -> runs.running()).toList();

        Flux<Object> verdicts = Flux.concat(
                        Mono.just(refused), Flux.fromIterable(good).map(run -> transition(guard(run), Move.ADVANCE)))
                .flatMap(
                        one -> runs.log().commit(one).<Object>map(v -> v).onErrorResume(e -> Mono.just(e.getClass())),
                        21);

        assertThat(all(verdicts))
                .hasSize(21)
                .containsOnly(Verdict.COMMITTED, StoreFailedException.class)
                .containsOnlyOnce(StoreFailedException.class);
        assertThat(runs.load(bad.key())).isEqualTo(bad);
    }

    @Test
    void commitsOfManyRunsRideTogether() {
        List<RunRecord> many =
                IntStream.range(0, 64).mapToObj(i -> runs.running()).toList();

        List<Verdict> verdicts = all(Flux.fromIterable(many)
                .flatMap(
                        run -> Flux.range(0, 10)
                                .concatMap(seq -> runs.log()
                                        .commit(transition(
                                                new Guard(
                                                        run.key(),
                                                        run.progress().epoch(),
                                                        seq),
                                                Move.ADVANCE))),
                        64));

        assertThat(verdicts).hasSize(640).containsOnly(Verdict.COMMITTED);
        assertThat(transactionsOf(many, 1)).isLessThan(320);
        assertThat(many)
                .allSatisfy(run -> assertThat(journal(run))
                        .extracting(JournalEntry::seq)
                        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
    }

    /** A statement is a transaction, which marks the rows it has written. */
    private static long transactionsOf(List<RunRecord> many, int from) {
        String ids =
                String.join("','", many.stream().map(run -> run.key().runId()).toList());
        return value(Flux.usingWhen(
                        DATABASE.connections().create(),
                        connection -> Flux.from(connection
                                        .createStatement("select count(distinct xmin::text) from cortex_workflow_steps"
                                                + " where seq >= " + from + " and run_id in ('" + ids + "')")
                                        .execute())
                                .concatMap(result -> result.map(row -> row.get(0, Long.class))),
                        Connection::close)
                .next());
    }

    @Test
    void startsOfOneGroupBeginEachTheirOwnRun() {
        RunRecord there = runs.pending();
        NewRun running = TestRuns.newRun(TestRuns.newKey(), runs.worker(), RunRecord.Lineage.NONE);
        NewRun pending = TestRuns.newRun(
                TestRuns.newKey(),
                null,
                new RunRecord.Lineage(new RunRecord.Parent(there.key().runId(), 3, "b"), "forked", 7));

        Map<Integer, Mono<Started>> begun = value(runs.starts()
                .together(Stream.of(running, TestRuns.newRun(there.key(), null, RunRecord.Lineage.NONE), pending)
                        .map(Starts.Step::of)
                        .toList()));

        assertThat(begun).containsOnlyKeys(0, 2);
        assertThat(value(Objects.requireNonNull(begun.get(0))))
                .isEqualTo(new Started(runs.load(running.key()), true))
                .returns(RunStatus.RUNNING, started -> started.run().status());
        assertThat(value(Objects.requireNonNull(begun.get(2))))
                .isEqualTo(new Started(runs.load(pending.key()), true))
                .returns(RunStatus.PENDING, started -> started.run().status())
                .returns(pending.lineage(), started -> started.run().lineage())
                .returns(
                        pending.content().snapshot(),
                        started -> started.run().snapshot().json());
        assertThat(all(runs.log().journal(pending.key(), -1, 10)))
                .extracting(JournalEntry::payload)
                .containsExactly(pending.content().input());
    }

    @Test
    void startsOfManyRunsRideTogether() {
        List<RunRecord> many = all(Flux.range(0, 64)
                .flatMap(i -> runs.log().start(TestRuns.newRun(TestRuns.newKey(), null, RunRecord.Lineage.NONE)), 64)
                .map(Started::run));

        assertThat(transactionsOf(many, 0)).isLessThan(32);
        assertThat(many).allSatisfy(run -> assertThat(runs.load(run.key())).isEqualTo(run));
    }

    @Test
    void branchesOfOneFanOutRideTogether() {
        RunRecord run = runs.running();

        List<Verdict> verdicts =
                all(Flux.range(0, 20).flatMap(i -> runs.log().branch(runs.result(guard(run), "b" + i % 10)), 20));

        assertThat(verdicts).hasSize(20).containsOnly(Verdict.COMMITTED, Verdict.EXISTS);
        assertThat(verdicts).filteredOn(Verdict.COMMITTED::equals).hasSize(10);
        assertThat(runs.commit(run, Move.ADVANCE)).isEqualTo(Verdict.COMMITTED);
        assertThat(value(runs.log().branch(runs.result(guard(run), "late")))).isEqualTo(Verdict.FENCED);
        assertThat(journal(run)).hasSize(11);
    }

    @Test
    void aStepThatIsSentAgainWasMadeOnce() {
        RunRecord run = runs.running();
        Transition once = transition(guard(run), Move.ADVANCE);
        var branch = runs.result(guard(run), "b");

        assertThat(value(runs.log().branch(branch))).isEqualTo(Verdict.COMMITTED);
        assertThat(value(runs.log().branch(branch))).isEqualTo(Verdict.COMMITTED);
        assertThat(runs.commit(once)).isEqualTo(Verdict.COMMITTED);
        assertThat(runs.commit(once)).isEqualTo(Verdict.COMMITTED);
        assertThat(value(runs.log().branch(branch))).isEqualTo(Verdict.COMMITTED);
        assertThat(runs.load(run.key()).progress().seq()).isEqualTo(1);
    }
}
