package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.CODE;
import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.all;
import static io.cortexreactive.persistence.postgres.TestRuns.guard;
import static io.cortexreactive.persistence.postgres.TestRuns.transition;
import static io.cortexreactive.persistence.postgres.TestRuns.value;

import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.QueueFullException;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.persistence.postgres.Guards.Guard;
import io.cortexreactive.persistence.postgres.Guards.Unguarded;
import io.cortexreactive.tenant.Tenancy;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
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
import reactor.core.publisher.Flux;

/** What the guards are for of what nobody asks for, but somebody must do. Without each, its rule is broken. */
class UpkeepGuardsIT {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static final ErrorInfo LATE = new ErrorInfo("late", "Its time is up.", false);
    private static final String OLD = "paused_at = now() - interval '2 hours'";
    private static final String HUNG = "node_deadline_at = now() - interval '1 second'";
    private static final String GIVEN_UP =
            "WHERE s.status = 'paused' AND s.paused_at < statement_timestamp() - $2::int8 * interval '1 ms'";
    private static final String MINE = "s.epoch = $4::int8 AND s.owner = $1::text";
    private static final String BRANCHED = "AND j.seq = s.step_seq + 1 AND j.epoch = s.epoch)";
    private static final String GONE = "WHERE w.expires_at < statement_timestamp() - interval '1 day' AND NOT EXISTS";
    private static final String OWNS =
            " AND NOT EXISTS (SELECT 1 FROM ${states} s WHERE s.owner = w.worker_id AND s.status = 'running')";
    private static final String ENDED = "(p.completed_at IS NOT NULL OR p.outcome IS NOT NULL)";
    private static final String WAITS = "AND s.parked AND s.available_at = 'infinity' AND ${ended_child}\n";
    private static final String LEFT =
            "AND NOT EXISTS (SELECT 1 FROM ${outbox} o WHERE o.tenant_id = l.tenant_id AND o.run_id = l.run_id AND o.id <> ALL ($1::int8[]))";

    private static ConnectionPool pool;
    private static Guards guards;

    @BeforeAll
    static void open() {
        pool = DATABASE.pool(8);
        guards = new Guards(DATABASE, pool);
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    private static Arguments of(String rule, Predicate<Unguarded> holds, String text, String instead) {
        Guard guard = new Guard(rule, text, instead);
        return Arguments.argumentSet(guard.toString(), guard, holds);
    }

    static Stream<Arguments> ofRuns() {
        return Stream.of(
                of(
                        "a young pause lasts",
                        UpkeepGuardsIT::youngPauseLasts,
                        GIVEN_UP,
                        "WHERE s.status = 'paused' AND $2::int8 > 0"),
                of(
                        "only a pause is given up",
                        UpkeepGuardsIT::onlyAPauseIsGivenUp,
                        GIVEN_UP,
                        GIVEN_UP.replace("s.status = 'paused' AND ", "")),
                of(
                        "of its epoch alone",
                        on -> isPutOffOnlyBy(on, 1, true),
                        MINE,
                        "$4::int8 > 0 AND s.owner = $1::text"),
                of(
                        "by its owner alone",
                        on -> isPutOffOnlyBy(on, 0, false),
                        MINE,
                        "s.epoch = $4::int8 AND $1::text IS NOT NULL"),
                of(
                        "an earlier branch is no progress",
                        UpkeepGuardsIT::earlierBranchIsNoProgress,
                        BRANCHED,
                        "AND j.seq = s.step_seq + 1)"),
                of(
                        "an earlier node is no progress",
                        UpkeepGuardsIT::earlierNodeIsNoProgress,
                        BRANCHED,
                        "AND j.epoch = s.epoch)"),
                of(
                        "what is pending is not woken",
                        UpkeepGuardsIT::pendingIsNotWoken,
                        "s.parked AND s.available_at < 'infinity'",
                        "s.available_at < 'infinity'"),
                of(
                        "a child wakes no back-off",
                        on -> backOffLasts(on, false),
                        WAITS + "   ORDER",
                        WAITS.replace("s.available_at = 'infinity' AND ", "") + "   ORDER"),
                of(
                        "a child wakes no back-off",
                        on -> backOffLasts(on, true),
                        WAITS + "     FOR",
                        WAITS.replace("s.available_at = 'infinity' AND ", "") + "     FOR"),
                of(
                        "a child whose result is known wakes nobody",
                        UpkeepGuardsIT::knownChildWakesNobody,
                        "AND j.seq = c.parent_seq AND j.branch = c.parent_branch)",
                        "AND false)"),
                of(
                        "another tenant removes nothing",
                        UpkeepGuardsIT::anotherTenantRemovesNothing,
                        "WHERE s.tenant_id = $1::text AND s.run_id = $2::text AND (s.completed_at",
                        "WHERE $1::text IS NOT NULL AND s.run_id = $2::text AND (s.completed_at"),
                of("a delayed run waits", UpkeepGuardsIT::delayedRunWaits, "AND $21::int8 = 0)", ")"),
                of(
                        "a full queue takes no more",
                        UpkeepGuardsIT::fullQueueTakesNoMore,
                        "   WHERE $22::int4 IS NULL OR (SELECT count(*) FROM w) < $22::int4\n",
                        ""));
    }

    static Stream<Arguments> ofOthers() {
        return Stream.of(
                of(
                        "a run that has begun anew is lost",
                        UpkeepGuardsIT::laterEpochIsLost,
                        "AND s.epoch = h.epoch AND s.status = 'running')",
                        "AND s.status = 'running')"),
                of(
                        "a worker is known for a day",
                        on -> idIsNotUsedAgain(on, "1 hour", false),
                        GONE,
                        "WHERE NOT EXISTS"),
                of("a worker is known while it owns a run", on -> idIsNotUsedAgain(on, "2 days", true), OWNS, ""),
                of(
                        "what has ended is no orphan",
                        on -> isOrphan(on, Move.COMPLETE, Move.COMPLETE) == 0,
                        "WHERE c.completed_at IS NULL AND",
                        "WHERE"),
                of(
                        "what compensates is no orphan",
                        on -> isOrphan(on, Move.COMPLETE, Move.UNWIND) == 0,
                        "AND c.outcome IS NULL AND (p",
                        "AND (p"),
                of(
                        "whose parent runs is no orphan",
                        on -> isOrphan(on, Move.ADVANCE, Move.ADVANCE) == 0,
                        " AND " + ENDED,
                        ""),
                of(
                        "whose parent has ended is one",
                        on -> isOrphan(on, Move.COMPLETE, Move.ADVANCE) == 1,
                        ENDED,
                        "p.outcome IS NOT NULL"),
                of(
                        "whose parent compensates is one",
                        on -> isOrphan(on, Move.UNWIND, Move.ADVANCE) == 1,
                        ENDED,
                        "p.completed_at IS NOT NULL"),
                of(
                        "a run of another tenant is no parent",
                        UpkeepGuardsIT::anotherTenantsRunIsNoParent,
                        "ON p.tenant_id = c.tenant_id AND p.run_id",
                        "ON p.run_id"),
                of("a run's reader stays until all is settled", UpkeepGuardsIT::readerStays, "\n   " + LEFT, ""),
                of(
                        "a run is free once all is settled",
                        UpkeepGuardsIT::settledIsFree,
                        LEFT,
                        LEFT.replace(" AND o.id <> ALL ($1::int8[])", "")),
                of(
                        "fresh notices are kept",
                        UpkeepGuardsIT::freshNoticesAreKept,
                        "\n   WHERE t.created_at < statement_timestamp() - $1::int8 * interval '1 ms')",
                        ")"));
    }

    @ParameterizedTest
    @MethodSource({"ofRuns", "ofOthers"})
    void withoutTheGuardItsRuleIsBroken(Object guard, Predicate<Unguarded> holds) {
        guards.assertNeeds((Guard) guard, holds);
    }

    private static boolean isGivenUp(Unguarded on, RunRecord run) {
        return all(on.runs().log().expire(1_000, LATE)).stream()
                .anyMatch(one -> one.key().equals(run.key()));
    }

    private static boolean youngPauseLasts(Unguarded on) {
        RunRecord run = on.runs().paused("token", null);
        boolean lasts = !isGivenUp(on, run);
        on.alter(run, OLD);
        return lasts && isGivenUp(on, run);
    }

    private static boolean onlyAPauseIsGivenUp(Unguarded on) {
        RunRecord run = on.runs().pending();
        on.alter(run, OLD);
        return !isGivenUp(on, run);
    }

    /** Whoever says so with another epoch, or is another worker, does not give it back. */
    private static boolean isPutOffOnlyBy(Unguarded on, int later, boolean own) {
        String worker = on.runs().worker();
        RunRecord run = on.runs().pending();
        RunRecord taken = on.runs().claim(worker, run.key()).get(0);
        Map<String, String> tables = Map.of(
                "states", "cortex_workflow_states",
                "steps", "cortex_workflow_steps",
                "workers", "cortex_workers",
                "outbox", "cortex_outbox",
                "readers", "cortex_outbox_readers",
                "running", "cortex_workflow_running",
                "publish", "true");
        Query putOff = SqlFile.of(on.sql(), tables)
                .query(
                        "put_off",
                        own ? worker : on.runs().worker(),
                        run.key().tenantId(),
                        run.key().runId(),
                        taken.progress().epoch() + later,
                        1_000L);
        Flux.usingWhen(
                        pool.create(),
                        connection -> Flux.from(putOff.on(connection).execute()).concatMap(Result::getRowsUpdated),
                        Connection::close)
                .blockLast(TIMEOUT);
        return on.runs().load(run.key()).status() == RunStatus.RUNNING;
    }

    private static void hang(Unguarded on, RunRecord run) {
        on.alter(run, HUNG);
        all(on.runs().log().sweep(1_000));
    }

    /** After the second crash without progress a run backs off. */
    private static boolean backsOff(Unguarded on, RunRecord run) {
        return on.runs().claim(run.key()).isEmpty();
    }

    private static boolean earlierBranchIsNoProgress(Unguarded on) {
        RunRecord run = on.runs().running();
        value(on.runs().log().branch(on.runs().result(guard(run), "b")));
        hang(on, run);
        RunRecord again = on.runs().claim(run.key()).get(0);
        hang(on, again);
        return backsOff(on, run);
    }

    private static boolean earlierNodeIsNoProgress(Unguarded on) {
        RunRecord run = on.runs().running();
        on.runs().commit(run, Move.ADVANCE);
        on.alter(run, "crashes = 1");
        hang(on, run);
        return backsOff(on, run);
    }

    private static boolean pendingIsNotWoken(Unguarded on) {
        RunRecord run = on.runs().pending();
        return isLeft(on, run);
    }

    private static boolean isLeft(Unguarded on, RunRecord run) {
        return all(on.runs().log().sweep(1_000)).stream()
                .noneMatch(one -> one.key().equals(run.key()) && one.change() == Change.WOKEN);
    }

    private static RunRecord child(Unguarded on, RunRecord parent, String branch) {
        return on.runs().running(new Lineage(new Parent(parent.key().runId(), 1, branch), null, 0));
    }

    /** @param told by the end of the child, or found by a sweep */
    private static boolean backOffLasts(Unguarded on, boolean told) {
        RunRecord parent = on.runs().running();
        RunRecord child = child(on, parent, "");
        if (!told) {
            on.runs().commit(child, Move.COMPLETE);
        }
        on.runs()
                .commit(transition(
                        guard(parent), Move.RETRY, Body.NONE, new Schedule(Duration.ofHours(1), null, null)));
        if (told) {
            on.runs().commit(child, Move.COMPLETE);
            return on.runs().claim(parent.key()).isEmpty();
        }
        return isLeft(on, parent);
    }

    private static boolean knownChildWakesNobody(Unguarded on) {
        RunRecord parent = on.runs().running();
        on.runs().commit(child(on, parent, "b"), Move.COMPLETE);
        value(on.runs().log().branch(on.runs().result(guard(parent), "b")));
        on.runs().commit(transition(guard(parent), Move.PARK, Body.NONE, new Schedule(null, null, null)));
        return isLeft(on, parent) && on.runs().claim(parent.key()).isEmpty();
    }

    private static boolean anotherTenantRemovesNothing(Unguarded on) {
        RunRecord run = on.runs().pending();
        value(on.runs().log().remove(new RunKey("globex", run.key().runId())));
        return on.runs()
                .log()
                .load(run.key())
                .hasElement()
                .blockOptional(TIMEOUT)
                .orElse(false);
    }

    private static NewRun.Terms terms(NewRun run, String queue) {
        return new NewRun.Terms(
                RunWriter.newCommitId(), queue, 100, null, null, run.terms().worker());
    }

    private static NewRun on(NewRun run, NewRun.Terms terms) {
        return new NewRun(run.key(), run.code(), run.node(), run.content(), null, run.lineage(), terms);
    }

    private static boolean delayedRunWaits(Unguarded on) {
        NewRun run = TestRuns.newRun(TestRuns.newKey(), on.runs().worker(), Lineage.NONE);
        NewRun later = on(run, run.terms().withDelay(Duration.ofHours(1)));
        return value(on.runs().log().start(later)).run().status() == RunStatus.PENDING;
    }

    private static boolean fullQueueTakesNoMore(Unguarded on) {
        String queue = Tenancy.newCorrelationId();
        NewRun one = TestRuns.newRun(TestRuns.newKey(), null, Lineage.NONE);
        NewRun other = TestRuns.newRun(TestRuns.newKey(), null, Lineage.NONE);
        value(on.runs().log().start(on(one, terms(one, queue).withMostWaiting(1))));
        return Boolean.TRUE.equals(on.runs()
                .log()
                .start(on(other, terms(other, queue).withMostWaiting(1)))
                .thenReturn(false)
                .onErrorReturn(QueueFullException.class, true)
                .block(TIMEOUT));
    }

    /** Its worker has it again, without knowing yet that it had lost it. */
    private static boolean laterEpochIsLost(Unguarded on) {
        String worker = on.runs().worker();
        RunRecord first = on.runs().claim(worker, on.runs().pending().key()).get(0);
        on.runs().commit(transition(guard(first), Move.RELEASE));
        value(on.runs()
                .log()
                .claim(new Claim(worker, "default", List.of(CODE), first.key(), 1))
                .next());
        long epoch = first.progress().epoch();
        return value(on.runs().log().beat(worker, Duration.ofMinutes(1), false, Map.of(first.key(), epoch)))
                .lost()
                .contains(first.key());
    }

    private static boolean idIsNotUsedAgain(Unguarded on, String age, boolean owns) {
        String worker = on.runs().worker();
        if (owns) {
            on.runs().claim(worker, on.runs().pending().key());
        }
        on.alterWorker(worker, "expires_at = now() - interval '" + age + "'");
        value(on.runs().log().purge());
        return Boolean.TRUE.equals(on.runs()
                .log()
                .register(worker, Duration.ofMinutes(1))
                .thenReturn(false)
                .onErrorReturn(true)
                .block(TIMEOUT));
    }

    private static void make(Unguarded on, RunRecord run, Move move) {
        Body body = new Body(null, move == Move.COMPLETE ? "{}" : null, null, move == Move.UNWIND ? 1 : 0);
        on.runs().commit(transition(guard(run), move, body, Schedule.NONE));
    }

    /** How often the child is told of. */
    private static long isOrphan(Unguarded on, Move ofParent, Move ofChild) {
        RunRecord parent = on.runs().running();
        RunRecord child = child(on, parent, "");
        make(on, parent, ofParent);
        make(on, child, ofChild);
        return orphaned(on, child);
    }

    private static long orphaned(Unguarded on, RunRecord child) {
        return all(on.runs().log().orphans(10_000)).stream()
                .filter(key -> key.equals(child.key()))
                .count();
    }

    private static boolean anotherTenantsRunIsNoParent(Unguarded on) {
        RunRecord parent = on.runs().running();
        RunRecord child = child(on, parent, "");
        RunKey same = new RunKey("globex", parent.key().runId());
        NewRun other = TestRuns.newRun(same, on.runs().worker(), Lineage.NONE);
        make(on, value(on.runs().log().start(other)).run(), Move.COMPLETE);
        return orphaned(on, child) == 0;
    }

    private static List<Notice> notices(Unguarded on, String reader) {
        return all(on.runs().log().notices(reader, 100));
    }

    private static boolean readerStays(Unguarded on) {
        on.forgetNotices();
        RunRecord run = on.runs().running();
        on.runs().commit(run, Move.ADVANCE);
        List<Notice> both = notices(on, "first");
        on.runs().log().settle(both.subList(0, 1)).block(TIMEOUT);
        return notices(on, "second").isEmpty();
    }

    private static boolean settledIsFree(Unguarded on) {
        on.forgetNotices();
        RunRecord run = on.runs().running();
        on.runs().log().settle(notices(on, "first")).block(TIMEOUT);
        on.runs().commit(run, Move.ADVANCE);
        return notices(on, "second").size() == 1;
    }

    private static boolean freshNoticesAreKept(Unguarded on) {
        on.forgetNotices();
        on.runs().running();
        all(on.runs().log().sweep(1_000));
        return notices(on, "reader").size() == 1;
    }
}
