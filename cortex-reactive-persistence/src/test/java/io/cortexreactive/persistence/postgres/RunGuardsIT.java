package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.CODE;
import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.all;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static io.cortexreactive.persistence.postgres.TestRuns.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each guard in the statements is for: with all of them, each of these rules holds; without one, its rule is
 * broken.
 */
class RunGuardsIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static final String SQL = SqlFile.text("runs.sql");

    /**
     * Guards as they are written, each before what is left without it; more than one where one stands in for another.
     *
     * @param rule that is broken without them
     */
    @SuppressWarnings("ArrayRecordComponent") // read and never compared
    private record Cut(String rule, String... texts) {

        String of(String sql) {
            String cut = sql;
            for (int i = 0; i < texts.length; i += 2) {
                assertThat(cut).contains(texts[i]);
                cut = cut.replace(texts[i], texts[i + 1]);
            }
            return cut;
        }
    }

    private static ConnectionPool pool;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    static Stream<Arguments> everyGuard() {
        return Stream.of(
                        new Cut(
                                "another tenant commits nothing",
                                "tenant_id = $1::text AND run_id = $2::text AND epoch",
                                "run_id = $2::text AND epoch"),
                        new Cut("an owner of an earlier epoch is fenced", "AND epoch = $3::int8 AND", "AND"),
                        new Cut("an earlier sequence is fenced", "AND step_seq = $4::int4 AND", "AND"),
                        new Cut(
                                "nothing is committed to a run that does not run",
                                "AND step_seq = $4::int4 AND status = 'running'",
                                "AND step_seq = $4::int4"),
                        new Cut(
                                "an owner of an earlier epoch is fenced",
                                "s.epoch = i.epoch AND s.step_seq = i.step_seq AND s.status = 'running'\n",
                                "s.step_seq = i.step_seq AND s.status = 'running'\n"),
                        new Cut(
                                "an earlier sequence is fenced",
                                "s.epoch = i.epoch AND s.step_seq = i.step_seq AND s.status = 'running'\n ",
                                "s.epoch = i.epoch AND s.status = 'running'\n "),
                        new Cut(
                                "nothing is committed to a run that does not run",
                                "s.epoch = i.epoch AND s.step_seq = i.step_seq AND s.status = 'running'\n  ",
                                "s.epoch = i.epoch AND s.step_seq = i.step_seq\n  "),
                        new Cut(
                                "a run that compensates begins to only once",
                                "AND (i.move NOT IN ('unwind', 'pause') OR s.outcome IS NULL)",
                                ""),
                        new Cut(
                                "a run that compensates does not complete",
                                "AND (i.to_status NOT IN ('completed', 'failed') OR s.outcome IS NULL OR s.outcome = i.to_status)",
                                ""),
                        new Cut(
                                "a run that nobody cancels is not cancelled",
                                "AND (i.to_status <> 'cancelled' OR s.outcome = 'cancelled')",
                                ""),
                        new Cut(
                                "another tenant commits nothing",
                                "FROM i WHERE s.tenant_id = i.tenant_id AND s.run_id",
                                "FROM i WHERE s.run_id"),
                        new Cut("another tenant commits nothing", "r.tenant_id = i.tenant_id AND r.run_id", "r.run_id"),
                        new Cut(
                                "a branch is fenced as its run is",
                                "s.tenant_id = i.tenant_id AND s.run_id = i.run_id AND s.epoch = i.epoch AND s.step_seq = i.step_seq AND s.status",
                                "s.tenant_id = i.tenant_id AND s.run_id = i.run_id AND s.step_seq = i.step_seq AND s.status"),
                        new Cut(
                                "a branch is fenced as its run is",
                                "i.run_id AND s.epoch = i.epoch AND s.step_seq = i.step_seq AND s.status = 'running'\n\n",
                                "i.run_id AND s.epoch = i.epoch AND s.status = 'running'\n\n"),
                        new Cut(
                                "a branch is fenced as its run is",
                                "AND l.epoch = i.epoch AND l.step_seq = i.step_seq)",
                                "AND l.step_seq = i.step_seq)"),
                        new Cut("a branch is fenced as its run is", "i.epoch AND l.step_seq = i.step_seq)", "i.epoch)"),
                        new Cut("a worker that drains claims nothing", "state = 'live' AND expires_at", "expires_at"),
                        new Cut(
                                "a worker whose time is over claims nothing",
                                "worker_id = $1::text AND state = 'live' AND expires_at > statement_timestamp()",
                                "worker_id = $1::text AND state = 'live'"),
                        new Cut(
                                "a worker that drains begins nothing",
                                "w.state = 'live' AND w.expires_at",
                                "w.expires_at"),
                        new Cut(
                                "a worker whose time is over begins nothing",
                                "w.state = 'live' AND w.expires_at > statement_timestamp())",
                                "w.state = 'live')"),
                        new Cut(
                                "a parked run is not claimed",
                                "s.status = 'pending' AND NOT s.parked AND s.queue = $3::text AND s.workflow_id",
                                "s.status = 'pending' AND s.queue = $3::text AND s.workflow_id"),
                        new Cut("only what a worker can run is claimed", "AND s.workflow_version = k.version", ""),
                        new Cut(
                                "only what a worker can run is claimed",
                                "AND NOT s.parked AND s.queue = $3::text AND s.workflow_id",
                                "AND NOT s.parked AND s.workflow_id"),
                        new Cut(
                                "only the tenant's run is claimed",
                                "s.status = 'pending' AND NOT s.parked AND s.queue = $3::text AND s.tenant_id = $7::text",
                                "s.status = 'pending' AND NOT s.parked AND s.queue = $3::text"),
                        new Cut(
                                "another answer does not count",
                                "AND s.status = 'paused' AND s.pause_token = $3::text",
                                "AND s.status = 'paused'"),
                        new Cut(
                                "what has ended is not cancelled",
                                "AND s.status IN ('pending', 'running', 'paused') AND s.outcome IS NULL\n",
                                "AND s.outcome IS NULL\n"),
                        new Cut(
                                "what compensates is not cancelled again",
                                "AND s.status IN ('pending', 'running', 'paused') AND s.outcome IS NULL\n ",
                                "AND s.status IN ('pending', 'running', 'paused')\n "),
                        new Cut(
                                "a worker whose time is over does not live on",
                                "WHERE worker_id = $1::text AND state <> 'dead' AND expires_at > statement_timestamp()\n",
                                "WHERE worker_id = $1::text AND state <> 'dead'\n"),
                        new Cut(
                                "a run of a worker whose time is over is recovered",
                                "AND w.state <> 'dead' AND w.expires_at > statement_timestamp()\n   WHERE",
                                "AND w.state <> 'dead'\n   WHERE"),
                        new Cut(
                                "a run of a worker that left is recovered",
                                "w.worker_id = s.owner AND w.state <> 'dead'",
                                "w.worker_id = s.owner"),
                        new Cut(
                                "a run whose node hangs is recovered",
                                "OR s.node_deadline_at <= statement_timestamp())",
                                ")"),
                        new Cut(
                                "a run of a living worker is not recovered",
                                "s.status = 'running' AND (w.worker_id IS NULL",
                                "s.status = 'running' AND (true"),
                        new Cut(
                                "a timer rings when its time has come",
                                "AND s.available_at < 'infinity' AND s.available_at <= statement_timestamp()",
                                "AND s.available_at < 'infinity'"),
                        new Cut("a parent waits until its child has ended", "AND c.completed_at IS NOT NULL\n", "\n"),
                        new Cut(
                                "a parent waits for the child of this sequence",
                                "AND c.parent_seq = s.step_seq + 1",
                                ""),
                        new Cut(
                                "a pause ends when its time is over",
                                "s.status = 'paused' AND s.pause_deadline_at <= statement_timestamp()",
                                "s.status = 'paused'"),
                        new Cut(
                                "a deadline counts once it has come",
                                "s.deadline_at <= statement_timestamp() AND",
                                "s.deadline_at IS NOT NULL AND"),
                        new Cut(
                                "while a worker has a run its deadline is that one's",
                                "AND s.status IN ('pending', 'paused') AND s.outcome IS NULL\n   ORDER BY s.deadline_at",
                                "AND s.outcome IS NULL\n   ORDER BY s.deadline_at"),
                        new Cut(
                                "what compensates has no deadline",
                                "AND s.status IN ('pending', 'paused') AND s.outcome IS NULL\n   ORDER BY s.deadline_at",
                                "AND s.status IN ('pending', 'paused')\n   ORDER BY s.deadline_at"),
                        new Cut(
                                "what is under way is not removed",
                                "AND (s.completed_at IS NOT NULL OR s.started_at IS NULL) FOR UPDATE",
                                "FOR UPDATE"),
                        new Cut(
                                "what runs is not put",
                                "WHERE s.status IN ('pending', 'paused') AND s.step_seq = excluded.step_seq",
                                "WHERE s.step_seq = excluded.step_seq"),
                        new Cut(
                                "what has changed is not put",
                                "WHERE s.status IN ('pending', 'paused') AND s.step_seq = excluded.step_seq\n",
                                "WHERE s.status IN ('pending', 'paused')\n"),
                        new Cut(
                                "what compensates does not end by a put as something else",
                                "AND (s.outcome IS NULL OR excluded.status IN ('pending', s.outcome))",
                                ""),
                        new Cut(
                                "what has just ended is kept",
                                "AND s.completed_at < statement_timestamp() - $1::int8 * interval '1 ms'\n",
                                "\n"),
                        new Cut(
                                "what somebody has yet to tell of is kept",
                                "AND NOT EXISTS (SELECT 1 FROM ${outbox} o WHERE o.tenant_id = s.tenant_id AND o.run_id = s.run_id)",
                                ""),
                        new Cut(
                                "what a parent has yet to read is kept",
                                "AND NOT EXISTS (SELECT 1 FROM ${states} p WHERE p.tenant_id = s.tenant_id AND p.run_id = s.parent_run_id AND p.completed_at IS NULL)",
                                ""),
                        new Cut(
                                "a run has one reader",
                                "AND x.reader <> $1::text AND x.expires_at > statement_timestamp())",
                                "AND false)",
                                "WHERE own.reader = excluded.reader OR own.expires_at <= statement_timestamp()",
                                ""),
                        new Cut(
                                "a worker that has gone does not come back",
                                " WHERE w.state <> 'dead' AND w.expires_at > statement_timestamp()\nRETURNING",
                                "RETURNING"),
                        new Cut(
                                "a run that compensates does not fail by crashes",
                                "q.crashes + 1 >= $2::int4 AND q.outcome IS NULL",
                                "q.crashes + 1 >= $2::int4"))
                .map(cut -> Arguments.argumentSet(cut.texts[0].strip(), cut));
    }

    /** A rule, and whether it holds. */
    private record Rule(String name, Predicate<TestRuns> holds) {}

    private static List<Rule> rules() {
        return List.of(
                new Rule("an owner of an earlier epoch is fenced", RunGuardsIT::earlierEpochIsFenced),
                new Rule("an earlier sequence is fenced", RunGuardsIT::earlierSequenceIsFenced),
                new Rule("nothing is committed to a run that does not run", RunGuardsIT::pendingIsFenced),
                new Rule("a run that compensates begins to only once", runs -> endsAs(runs, Move.UNWIND, false)),
                new Rule("a run that compensates does not complete", runs -> endsAs(runs, Move.COMPLETE, false)),
                new Rule("a run that compensates ends as it must", runs -> endsAs(runs, Move.CANCELLED, true)),
                new Rule("a run that nobody cancels is not cancelled", RunGuardsIT::forwardIsNotCancelled),
                new Rule("another tenant commits nothing", RunGuardsIT::anotherTenantIsFenced),
                new Rule("a branch is fenced as its run is", RunGuardsIT::branchIsFenced),
                new Rule("a worker that drains claims nothing", runs -> claimsNothing(runs, "state = 'draining'")),
                new Rule("a worker whose time is over claims nothing", runs -> claimsNothing(runs, PAST)),
                new Rule("a worker that drains begins nothing", runs -> beginsNothing(runs, "state = 'draining'")),
                new Rule("a worker whose time is over begins nothing", runs -> beginsNothing(runs, PAST)),
                new Rule("a worker whose time is over does not live on", RunGuardsIT::lateBeatIsRefused),
                new Rule("a worker that has gone does not come back", RunGuardsIT::goneWorkerIsRefused),
                new Rule("a parked run is not claimed", RunGuardsIT::parkedIsNotClaimed),
                new Rule("only what a worker can run is claimed", RunGuardsIT::otherCodeIsNotClaimed),
                new Rule("only the tenant's run is claimed", RunGuardsIT::anotherTenantClaimsNothing),
                new Rule("another answer does not count", RunGuardsIT::wrongTokenIsRefused),
                new Rule("what has ended is not cancelled", RunGuardsIT::endedIsNotCancelled),
                new Rule("what compensates is not cancelled again", RunGuardsIT::cancelledOnce),
                new Rule("a run of a living worker is not recovered", RunGuardsIT::livingIsLeftAlone),
                new Rule("a run of a worker whose time is over is recovered", runs -> isRecovered(runs, PAST)),
                new Rule("a run of a worker that left is recovered", runs -> isRecovered(runs, "state = 'dead'")),
                new Rule("a run whose node hangs is recovered", RunGuardsIT::hungIsRecovered),
                new Rule("a run that compensates does not fail by crashes", RunGuardsIT::compensatingNeverCrashesOut),
                new Rule("a timer rings when its time has come", RunGuardsIT::timerWaits),
                new Rule("a parent waits until its child has ended", RunGuardsIT::parentWaits),
                new Rule("a parent waits for the child of this sequence", RunGuardsIT::parentWaitsForTheRightChild),
                new Rule("a pause ends when its time is over", RunGuardsIT::pauseLasts),
                new Rule("a deadline counts once it has come", RunGuardsIT::deadlineCountsOnceItHasCome),
                new Rule("while a worker has a run its deadline is that one's", RunGuardsIT::runningHasItsTime),
                new Rule("what compensates has no deadline", RunGuardsIT::compensatingHasItsTime),
                new Rule("what is under way is not removed", RunGuardsIT::runningIsKept),
                new Rule("what runs is not put", RunGuardsIT::runningIsNotPut),
                new Rule("what has changed is not put", RunGuardsIT::changedIsNotPut),
                new Rule("what compensates does not end by a put as something else", RunGuardsIT::putKeepsTheOutcome),
                new Rule("what has just ended is kept", RunGuardsIT::newIsKept),
                new Rule("what somebody has yet to tell of is kept", RunGuardsIT::untoldIsKept),
                new Rule("what a parent has yet to read is kept", RunGuardsIT::unreadIsKept),
                new Rule("a run has one reader", RunGuardsIT::oneReader));
    }

    private static final ErrorInfo LATE = new ErrorInfo("late", "Its time is up.", false);
    private static final String PAST = "expires_at = now() - interval '1 second'";

    static Stream<Arguments> everyRule() {
        return rules().stream().map(rule -> Arguments.argumentSet(rule.name, rule));
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void ruleHolds(Object rule) {
        assertThat(((Rule) rule).holds.test(runs(SQL))).isTrue();
    }

    @ParameterizedTest
    @MethodSource("everyGuard")
    void withoutTheGuardItsRuleIsBroken(Object guard) {
        Cut cut = (Cut) guard;
        TestRuns runs = runs(cut.of(SQL));

        assertThat(rules())
                .filteredOn(rule -> rule.name.equals(cut.rule))
                .singleElement()
                .returns(false, rule -> holds(rule, runs));
    }

    private static TestRuns runs(String sql) {
        return TestRuns.on(pool, TestRuns.SETTINGS.withHeartbeats(pool), sql);
    }

    /** One that fails is broken, too. */
    private static boolean holds(Rule rule, TestRuns runs) {
        try {
            return rule.holds.test(runs);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static void alter(String sql) {
        DATABASE.run(sql);
    }

    private static void alterRun(RunKey key, String change) {
        alter("update cortex_workflow_states set " + change + " where run_id = '" + key.runId() + "'");
    }

    private static void alterWorker(String worker, String change) {
        alter("update cortex_workers set " + change + " where worker_id = '" + worker + "'");
    }

    /** In a group, and alone, where what is most frequent has a statement of its own. */
    private static boolean isFenced(TestRuns runs, Guard guard) {
        return isFenced(runs, transition(guard, Move.ADVANCE)) && isFenced(runs, transition(guard, Move.COMPLETE));
    }

    private static boolean isFenced(TestRuns runs, Transition transition) {
        RunRecord other = runs.running();
        boolean made = value(runs.commits()
                        .together(List.of(
                                Commits.Step.of(transition), Commits.Step.of(transition(guard(other), Move.ADVANCE)))))
                .containsKey(0);
        return !made && runs.commit(transition) == Verdict.FENCED;
    }

    private static boolean earlierEpochIsFenced(TestRuns runs) {
        RunRecord run = runs.running();
        runs.commit(transition(guard(run), Move.RELEASE));
        runs.claim(run.key());
        return isFenced(runs, guard(run));
    }

    private static boolean earlierSequenceIsFenced(TestRuns runs) {
        RunRecord run = runs.running();
        runs.commit(run, Move.ADVANCE);
        return isFenced(runs, guard(run));
    }

    private static boolean pendingIsFenced(TestRuns runs) {
        RunRecord run = runs.pending();
        return isFenced(runs, guard(run));
    }

    /** One that somebody has cancelled, claimed to compensate. */
    private static RunRecord compensating(TestRuns runs) {
        RunRecord run = runs.undoable();
        value(runs.log().cancel(run.key(), RunWriter.newCommitId()));
        return runs.claim(run.key()).get(0);
    }

    private static boolean endsAs(TestRuns runs, Move move, boolean can) {
        Transition transition = transition(guard(compensating(runs)), move);
        return can ? runs.commit(transition) == Verdict.COMMITTED : isFenced(runs, transition);
    }

    private static boolean forwardIsNotCancelled(TestRuns runs) {
        return isFenced(runs, transition(guard(runs.running()), Move.CANCELLED));
    }

    private static boolean anotherTenantIsFenced(TestRuns runs) {
        RunRecord run = runs.running();
        Guard guard = new Guard(
                new RunKey("globex", run.key().runId()), run.progress().epoch(), 0);
        return isFenced(runs, guard);
    }

    private static boolean branchIsFenced(TestRuns runs) {
        RunRecord run = runs.running();
        runs.commit(run, Move.ADVANCE);
        RunRecord now = runs.load(run.key());
        Guard earlier = new Guard(run.key(), run.progress().epoch(), 0);
        Guard stranger = new Guard(run.key(), run.progress().epoch() + 1, 1);
        return branchIsFenced(runs, now, earlier) && branchIsFenced(runs, now, stranger);
    }

    private static boolean branchIsFenced(TestRuns runs, RunRecord run, Guard guard) {
        var result = runs.result(guard, "b" + RunWriter.newCommitId());
        var good = runs.result(guard(run), "good" + RunWriter.newCommitId());
        boolean made = value(runs.branches().together(List.of(Branches.Step.of(result), Branches.Step.of(good))))
                .containsKey(0);
        return !made && value(runs.log().branch(result)) == Verdict.FENCED;
    }

    private static boolean claimsNothing(TestRuns runs, String change) {
        String worker = runs.worker();
        alterWorker(worker, change);
        runs.pending();
        return runs.claim(worker, null).isEmpty();
    }

    private static boolean beginsNothing(TestRuns runs, String change) {
        String worker = runs.worker();
        alterWorker(worker, change);
        Starts.Step one = Starts.Step.of(TestRuns.newRun(TestRuns.newKey(), worker, Lineage.NONE));
        Starts.Step other = Starts.Step.of(TestRuns.newRun(TestRuns.newKey(), worker, Lineage.NONE));
        value(runs.starts().together(List.of(one, other)));
        RunRecord alone = value(runs.log().start(TestRuns.newRun(TestRuns.newKey(), worker, Lineage.NONE)))
                .run();
        return Stream.of(one.of().key(), other.of().key(), alone.key())
                .allMatch(key -> runs.load(key).status() == RunStatus.PENDING);
    }

    private static boolean lateBeatIsRefused(TestRuns runs) {
        String worker = runs.worker();
        alterWorker(worker, PAST);
        return !value(runs.log().beat(worker, Duration.ofMinutes(1), false, Map.of()))
                .alive();
    }

    private static boolean goneWorkerIsRefused(TestRuns runs) {
        String worker = runs.worker();
        runs.log().leave(worker).block(TIMEOUT);
        return Boolean.TRUE.equals(runs.log()
                .register(worker, Duration.ofMinutes(1))
                .thenReturn(false)
                .onErrorReturn(true)
                .block(TIMEOUT));
    }

    private static boolean parkedIsNotClaimed(TestRuns runs) {
        RunRecord run = runs.running();
        runs.commit(transition(guard(run), Move.RETRY, Body.NONE, new Schedule(Duration.ofNanos(1), null, null)));
        alterRun(run.key(), "available_at = now() - interval '1 hour', priority = -1");
        return runs.claim(runs.worker(), null).stream()
                .noneMatch(one -> one.key().equals(run.key()));
    }

    private static boolean otherCodeIsNotClaimed(TestRuns runs) {
        RunRecord run = runs.pending();
        alterRun(run.key(), "priority = -1");
        String worker = runs.worker();
        return Stream.of(
                        new Claim(worker, "default", List.of(new Code(CODE.definition(), "2")), null, 100),
                        new Claim(worker, "another", List.of(CODE), null, 100))
                .allMatch(claim -> all(runs.log().claim(claim)).isEmpty());
    }

    private static boolean anotherTenantClaimsNothing(TestRuns runs) {
        RunRecord run = runs.pending();
        return runs.claim(new RunKey("globex", run.key().runId())).isEmpty();
    }

    private static boolean wrongTokenIsRefused(TestRuns runs) {
        RunRecord run = runs.paused("right", null);
        return !value(runs.log().answer(run.key(), new Answer("wrong", "r", "{}", RunWriter.newCommitId())))
                .accepted();
    }

    private static boolean endedIsNotCancelled(TestRuns runs) {
        RunRecord run = runs.running();
        runs.commit(run, Move.COMPLETE);
        return !value(runs.log().cancel(run.key(), RunWriter.newCommitId())).accepted();
    }

    private static boolean cancelledOnce(TestRuns runs) {
        RunRecord run = runs.undoable();
        return value(runs.log().cancel(run.key(), RunWriter.newCommitId())).accepted()
                && !value(runs.log().cancel(run.key(), RunWriter.newCommitId())).accepted();
    }

    private static List<Swept> swept(TestRuns runs, RunRecord run) {
        return all(runs.log().sweep(1_000)).stream()
                .filter(one -> one.key().equals(run.key()))
                .toList();
    }

    private static boolean livingIsLeftAlone(TestRuns runs) {
        return swept(runs, runs.running()).isEmpty();
    }

    private static boolean isRecovered(TestRuns runs, String change) {
        String worker = runs.worker();
        RunRecord run = runs.pending();
        runs.claim(worker, run.key());
        alterWorker(worker, change);
        return swept(runs, run).stream().anyMatch(one -> one.change() == Change.RECOVERED);
    }

    private static boolean hungIsRecovered(TestRuns runs) {
        RunRecord run = runs.running();
        alterRun(run.key(), "node_deadline_at = now() - interval '1 second'");
        return !swept(runs, run).isEmpty();
    }

    private static boolean compensatingNeverCrashesOut(TestRuns runs) {
        RunRecord run = compensating(runs);
        alterRun(run.key(), "node_deadline_at = now() - interval '1 second', crashes = 30");
        return swept(runs, run).stream().allMatch(one -> one.change() == Change.RECOVERED);
    }

    private static boolean timerWaits(TestRuns runs) {
        RunRecord run = runs.running();
        runs.commit(transition(guard(run), Move.TIMER, Body.NONE, new Schedule(Duration.ofHours(1), null, null)));
        boolean waits = swept(runs, run).isEmpty();
        alterRun(run.key(), "available_at = now() - interval '1 second'");
        return waits && !swept(runs, run).isEmpty();
    }

    private static RunRecord parkedParent(TestRuns runs) {
        RunRecord run = runs.running();
        runs.commit(transition(guard(run), Move.PARK, Body.NONE, new Schedule(null, null, null)));
        return run;
    }

    private static boolean parentWaits(TestRuns runs) {
        RunRecord parent = parkedParent(runs);
        RunRecord child = runs.running(new Lineage(new Parent(parent.key().runId(), 1, ""), null, 0));
        boolean waits =
                swept(runs, parent).isEmpty() && runs.claim(parent.key()).isEmpty();
        runs.commit(child, Move.COMPLETE);
        return waits && !runs.claim(parent.key()).isEmpty();
    }

    private static boolean parentWaitsForTheRightChild(TestRuns runs) {
        RunRecord parent = parkedParent(runs);
        RunRecord child = runs.running(new Lineage(new Parent(parent.key().runId(), 7, ""), null, 0));
        runs.commit(child, Move.COMPLETE);
        return swept(runs, parent).isEmpty() && runs.claim(parent.key()).isEmpty();
    }

    private static boolean pauseLasts(TestRuns runs) {
        RunRecord run = runs.paused("token", Duration.ofHours(1));
        boolean lasts = swept(runs, run).isEmpty();
        alterRun(run.key(), "pause_deadline_at = now() - interval '1 second'");
        return lasts && swept(runs, run).stream().anyMatch(one -> one.change() == Change.TIMED_OUT);
    }

    private static boolean expires(TestRuns runs, RunRecord run, String deadline) {
        alterRun(run.key(), "deadline_at = now() " + deadline);
        return all(runs.log().expire(1_000, LATE)).stream()
                .anyMatch(one -> one.key().equals(run.key()));
    }

    private static boolean deadlineCountsOnceItHasCome(TestRuns runs) {
        RunRecord run = runs.pending();
        return !expires(runs, run, "+ interval '1 hour'") && expires(runs, run, "- interval '1 second'");
    }

    private static boolean runningHasItsTime(TestRuns runs) {
        return !expires(runs, runs.running(), "- interval '1 second'");
    }

    private static boolean compensatingHasItsTime(TestRuns runs) {
        RunRecord run = runs.undoable();
        value(runs.log().cancel(run.key(), RunWriter.newCommitId()));
        return !expires(runs, run, "- interval '1 second'");
    }

    private static boolean runningIsKept(TestRuns runs) {
        return !value(runs.log().remove(runs.running().key()));
    }

    private static RunRecord as(RunRecord run, RunStatus status, int seq) {
        return new RunRecord(
                run.key(),
                run.code(),
                status,
                new RunRecord.Progress(run.progress().epoch(), seq, "node", 0, 0, null),
                run.snapshot(),
                null,
                run.lineage(),
                run.times(),
                null);
    }

    private static boolean runningIsNotPut(TestRuns runs) {
        RunRecord run = runs.running();
        return !value(runs.log().put(as(run, RunStatus.PENDING, 0), RunWriter.newCommitId()));
    }

    private static boolean changedIsNotPut(TestRuns runs) {
        RunRecord run = runs.pending();
        return !value(runs.log().put(as(run, RunStatus.PENDING, 3), RunWriter.newCommitId()));
    }

    private static boolean putKeepsTheOutcome(TestRuns runs) {
        RunRecord run = runs.undoable();
        value(runs.log().cancel(run.key(), RunWriter.newCommitId()));
        return !value(runs.log().put(as(run, RunStatus.COMPLETED, 2), RunWriter.newCommitId()));
    }

    private static RunRecord ended(TestRuns runs, Lineage lineage, String age) {
        RunRecord run = runs.running(lineage);
        runs.commit(run, Move.COMPLETE);
        alterRun(run.key(), "completed_at = now() - interval '" + age + "'");
        return run;
    }

    private static boolean isKept(TestRuns runs, RunRecord run, boolean told) {
        if (told) {
            alter("delete from cortex_outbox where run_id = '" + run.key().runId() + "'");
        }
        value(runs.log().purge());
        return runs.log().load(run.key()).hasElement().blockOptional(TIMEOUT).orElse(false);
    }

    private static boolean newIsKept(TestRuns runs) {
        return isKept(runs, ended(runs, Lineage.NONE, "6 days"), true)
                && !isKept(runs, ended(runs, Lineage.NONE, "8 days"), true);
    }

    private static boolean untoldIsKept(TestRuns runs) {
        return isKept(runs, ended(runs, Lineage.NONE, "8 days"), false);
    }

    private static boolean unreadIsKept(TestRuns runs) {
        RunRecord parent = runs.running();
        Lineage child = new Lineage(new Parent(parent.key().runId(), 1, ""), null, 0);
        return isKept(runs, ended(runs, child, "8 days"), true);
    }

    /** Everything that was there before is taken off, so that one page has all there is. */
    private static boolean oneReader(TestRuns runs) {
        alter("truncate cortex_outbox, cortex_outbox_readers");
        runs.pending();
        String first = RunWriter.newCommitId().toString();
        int asked = all(runs.log().notices(first, 100)).size();
        int again = all(runs.log().notices(first, 100)).size();
        boolean others = all(runs.log().notices("another", 100)).isEmpty();
        all(runs.log().notices(first, 100))
                .forEach(notice -> runs.log().settle(List.of(notice)).block(TIMEOUT));
        return asked == 1 && again == 1 && others;
    }
}
