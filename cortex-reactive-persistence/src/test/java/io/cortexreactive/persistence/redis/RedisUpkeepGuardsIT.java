package io.cortexreactive.persistence.redis;

import static io.cortexreactive.persistence.redis.RedisRuns.LONG;
import static io.cortexreactive.persistence.redis.RedisRuns.NEVER;
import static io.cortexreactive.persistence.redis.RedisRuns.advance;
import static io.cortexreactive.persistence.redis.RedisRuns.transition;
import static io.cortexreactive.persistence.redis.RedisRuns.value;
import static io.cortexreactive.persistence.redis.RedisRuns.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the guards are for of what nobody asks for, but somebody must do. Without each, its rule is broken. */
class RedisUpkeepGuardsIT {

    private static final String SETTLED =
            "if call('EXISTS', keyOf('news', id)) == 0 then\n    call('ZREM', P .. 'news', id)";
    private static final ErrorInfo LATE = new ErrorInfo("late", "Its time is up.", false);

    /** Where pauses are given up after an hour. */
    @RegisterExtension
    final RedisStore store =
            new RedisStore(RedisServer.shared(), RedisStore.ownPrefix().withKeepPaused(Duration.ofHours(1)), null);

    /** Runs, on scripts that may lack a guard. */
    private record Unguarded(RedisStore store, UnaryOperator<String> edit, RedisRuns runs) {

        void alter(RunRecord run, String field, String value) {
            store.commands().hset(key(run), field, value);
        }

        String field(RunRecord run, String field) {
            return String.valueOf(store.commands().hget(key(run), field));
        }

        private String key(RunRecord run) {
            return store.key("run:" + id(run));
        }

        /** Has a list say something of a run, as after a crash of the server. */
        void list(String name, RunRecord run) {
            store.commands().zadd(store.key(name), 1, id(run));
        }

        /** As scripts call a run. */
        private static String id(RunRecord run) {
            String tenant = run.key().tenantId();
            return tenant.length() + ":" + tenant + run.key().runId();
        }
    }

    private static Arguments of(String rule, Predicate<Unguarded> holds, String guard, String instead) {
        return Arguments.argumentSet(rule + ": " + guard.strip(), holds, guard, instead);
    }

    static Stream<Arguments> guards() {
        return Stream.concat(ofRuns(), ofOthers());
    }

    private static Stream<Arguments> ofRuns() {
        return Stream.of(
                of(
                        "only what this claim has taken is put off",
                        RedisUpkeepGuardsIT::onlyItsClaimPutsItOff,
                        " and before.claim == ARGV[3]",
                        ""),
                of(
                        "only what runs is put off",
                        RedisUpkeepGuardsIT::pendingIsNotPutOff,
                        "before.status == 'running' and before.claim",
                        "before.claim"),
                of(
                        "an earlier branch is no progress",
                        RedisUpkeepGuardsIT::earlierBranchIsNoProgress,
                        " and entry[9] == tonumber(run.epoch)",
                        ""),
                of(
                        "what compensates never crashes out",
                        RedisUpkeepGuardsIT::compensatingNeverCrashesOut,
                        "crashes + 1 >= most and not run.outcome",
                        "crashes + 1 >= most"),
                of("one crash is no loop", RedisUpkeepGuardsIT::oneCrashIsNoLoop, "if crashes + 1 >= most and", "if"),
                of(
                        "a living worker keeps its runs",
                        RedisUpkeepGuardsIT::livingKeepsItsRuns,
                        "elseif left > 0 and not lives(worker) then",
                        "elseif left > 0 then"),
                of(
                        "a list does not say where a run stands",
                        RedisUpkeepGuardsIT::listIsNotBelieved,
                        "local place = run and places(run)[list .. '\\n' .. id]\n    if",
                        "local place = { 0, 0 }\n    if"),
                of(
                        "a list does not say when a run is due",
                        RedisUpkeepGuardsIT::timeOfAListIsNotBelieved,
                        "elseif time and tonumber(place[2]) > time then",
                        "elseif false then"),
                of(
                        "a child wakes no back-off",
                        RedisUpkeepGuardsIT::backOffLasts,
                        " or before.available then return end",
                        " then return end"),
                of(
                        "a child whose result is known wakes nobody",
                        RedisUpkeepGuardsIT::knownChildWakesNobody,
                        "isTerminal(own) and not known then",
                        "isTerminal(own) then"));
    }

    private static Stream<Arguments> ofOthers() {
        return Stream.of(
                of(
                        "what compensates is no orphan",
                        on -> isOrphan(on, Move.COMPLETE, Move.UNWIND) == 0,
                        "if not child.outcome and #found",
                        "if #found"),
                of(
                        "what has ended is no orphan",
                        on -> isOrphan(on, Move.COMPLETE, Move.COMPLETE) == 0,
                        "if child and not isTerminal(child) then",
                        "if child then"),
                of(
                        "whose parent runs is no orphan",
                        on -> isOrphan(on, Move.ADVANCE, Move.ADVANCE) == 0,
                        "if isTerminal(run) or move == 'unwind' then abandon(run) end",
                        "abandon(run)"),
                of(
                        "whose parent has ended is one",
                        on -> isOrphan(on, Move.COMPLETE, Move.ADVANCE) == 1,
                        "if isTerminal(run) or move == 'unwind' then abandon",
                        "if move == 'unwind' then abandon"),
                of(
                        "whose parent compensates is one",
                        on -> isOrphan(on, Move.UNWIND, Move.ADVANCE) == 1,
                        "if isTerminal(run) or move == 'unwind' then abandon",
                        "if isTerminal(run) then abandon"),
                of(
                        "an orphan that is begun late is one",
                        RedisUpkeepGuardsIT::lateChildIsAnOrphan,
                        "  if parent and (isTerminal(parent) or parent.outcome) then abandon(parent) end\nend\n",
                        "end\n"),
                of("a run has one reader", RedisUpkeepGuardsIT::oneReader, "(not other or other == reader)", "true"),
                of(
                        "a run's reader stays until all is settled",
                        RedisUpkeepGuardsIT::readerStays,
                        SETTLED,
                        "call('DEL', keyOf('reader', id))\n  " + SETTLED),
                of(
                        "a run is told on until all is settled",
                        RedisUpkeepGuardsIT::restIsTold,
                        SETTLED,
                        SETTLED.replace("if call('EXISTS', keyOf('news', id)) == 0 then", "do")),
                of(
                        "what has just ended is kept",
                        RedisUpkeepGuardsIT::newIsKept,
                        "'-inf', '(' .. after(-ARGV[1])",
                        "'-inf', '+inf'"),
                of(
                        "what somebody has yet to tell of is kept",
                        RedisUpkeepGuardsIT::untoldIsKept,
                        "call('EXISTS', keyOf('news', id)) == 0 and (not waiting",
                        "(not waiting"),
                of(
                        "what a parent has yet to read is kept",
                        RedisUpkeepGuardsIT::unreadIsKept,
                        " and (not waiting or isTerminal(waiting)) then",
                        " then"),
                of(
                        "what is under way is not forgotten",
                        RedisUpkeepGuardsIT::underWayIsKept,
                        "if not run or not isTerminal(run) then",
                        "if not run then"),
                of(
                        "fresh notices are kept",
                        RedisUpkeepGuardsIT::freshNoticesAreKept,
                        "local before, left = '(' .. after(-ARGV[1])",
                        "local before, left = '+inf'"),
                of(
                        "a worker that has gone does not come back",
                        RedisUpkeepGuardsIT::goneDoesNotComeBack,
                        "if known(ARGV[1]) and not lives(ARGV[1]) then return { 0 } end",
                        ""),
                of(
                        "a pause is given up once it is as old",
                        RedisUpkeepGuardsIT::youngPauseLasts,
                        "local since = tonumber(after(-ARGV[4]))",
                        "local since = now"),
                of(
                        "a deadline counts once it has come",
                        RedisUpkeepGuardsIT::deadlineCountsOnceItHasCome,
                        "each('late', over('late', now, limit), now,",
                        "each('late', over('late', '+inf', limit), nil,"));
    }

    @ParameterizedTest
    @MethodSource("guards")
    void withoutTheGuardItsRuleIsBroken(Predicate<Unguarded> holds, String guard, String instead) {
        AtomicBoolean edited = new AtomicBoolean();
        UnaryOperator<String> less = script -> {
            edited.compareAndSet(false, script.contains(guard));
            return script.replace(guard, instead);
        };

        assertThat(holds.test(on(UnaryOperator.identity())))
                .as("with its guards")
                .isTrue();
        assertThat(holds.test(on(less))).as("without it").isFalse();
        assertThat(edited).isTrue();
    }

    private Unguarded on(UnaryOperator<String> edit) {
        return new Unguarded(store, edit, new RedisRuns(store.log(edit)));
    }

    private static void putOff(Unguarded on, RunRecord run, String claim) {
        on.store().putOff(on.edit(), run.key(), claim).block(LONG);
    }

    private static boolean onlyItsClaimPutsItOff(Unguarded on) {
        RunRecord run = on.runs().startOn(on.runs().worker());
        putOff(on, run, "another");
        return on.runs().load(run.key()).status() == RunStatus.RUNNING;
    }

    private static boolean pendingIsNotPutOff(Unguarded on) {
        RunRecord run = on.runs().start();
        on.alter(run, "claim", "token");
        putOff(on, run, "token");
        return on.field(run, "parked").equals("0");
    }

    private static void leave(Unguarded on, String worker) {
        on.runs().log().leave(worker).block(LONG);
    }

    private static List<Swept> swept(Unguarded on, RunRecord run) {
        return values(on.runs().log().sweep(1_000)).stream()
                .filter(one -> one.key().equals(run.key()))
                .toList();
    }

    private static RunRecord claim(Unguarded on, String worker, RunKey key) {
        return value(on.runs()
                .log()
                .claim(new Claim(worker, RedisRuns.QUEUE, Set.of(RedisRuns.CODE), key, 1))
                .next());
    }

    private static boolean isClaimed(Unguarded on, RunRecord run) {
        Claim claim = new Claim(on.runs().worker(), RedisRuns.QUEUE, Set.of(RedisRuns.CODE), run.key(), 1);
        return !values(on.runs().log().claim(claim)).isEmpty();
    }

    private static Guard guard(RunRecord run) {
        return new Guard(run.key(), run.progress().epoch(), run.progress().seq());
    }

    private static void branch(Unguarded on, RunRecord run) {
        value(on.runs().log().branch(new BranchResult(guard(run), "b", UUID.randomUUID(), "{}", null)));
    }

    private static boolean earlierBranchIsNoProgress(Unguarded on) {
        String first = on.runs().worker();
        RunRecord run = on.runs().startOn(first);
        branch(on, run);
        leave(on, first);
        swept(on, run);
        String second = on.runs().worker();
        claim(on, second, run.key());
        leave(on, second);
        swept(on, run);
        return !isClaimed(on, run);
    }

    private static Transition with(RunRecord run, Move move) {
        Body body = new Body(null, null, null, move == Move.UNWIND ? 1 : 0);
        return new Transition(guard(run), UUID.randomUUID(), move, "node", "next", body, Schedule.NONE);
    }

    private static boolean compensatingNeverCrashesOut(Unguarded on) {
        RunRecord run = on.runs().startOn(on.runs().worker());
        on.runs().commit(with(run, Move.UNWIND));
        String worker = on.runs().worker();
        claim(on, worker, run.key());
        on.alter(run, "crashes", "30");
        leave(on, worker);
        return swept(on, run).stream().allMatch(one -> one.change() == Change.RECOVERED);
    }

    private static boolean oneCrashIsNoLoop(Unguarded on) {
        String worker = on.runs().worker();
        RunRecord run = on.runs().startOn(worker);
        leave(on, worker);
        return swept(on, run).stream().allMatch(one -> one.change() == Change.RECOVERED);
    }

    private static boolean livingKeepsItsRuns(Unguarded on) {
        return swept(on, on.runs().startOn(on.runs().worker())).isEmpty();
    }

    private static boolean isExpired(Unguarded on, RunRecord run) {
        return values(on.runs().log().expire(1_000, LATE)).stream()
                .anyMatch(one -> one.key().equals(run.key()));
    }

    private static boolean listIsNotBelieved(Unguarded on) {
        RunRecord run = on.runs().startOn(on.runs().worker());
        on.list("late", run);
        return !isExpired(on, run);
    }

    private static RunRecord withADeadline(Unguarded on) {
        NewRun run = RedisRuns.run(RedisRuns.key(), null);
        NewRun.Terms terms = new NewRun.Terms(UUID.randomUUID(), RedisRuns.QUEUE, 100, Duration.ofHours(1), null, null);
        return start(on, run, Lineage.NONE, terms);
    }

    private static RunRecord start(Unguarded on, NewRun run, Lineage lineage, NewRun.Terms terms) {
        return value(on.runs()
                        .log()
                        .start(new NewRun(run.key(), run.code(), run.node(), run.content(), null, lineage, terms)))
                .run();
    }

    private static boolean timeOfAListIsNotBelieved(Unguarded on) {
        RunRecord run = withADeadline(on);
        on.list("late", run);
        return !isExpired(on, run);
    }

    private static boolean deadlineCountsOnceItHasCome(Unguarded on) {
        return !isExpired(on, withADeadline(on));
    }

    private static boolean youngPauseLasts(Unguarded on) {
        RunRecord run = on.runs().startOn(on.runs().worker());
        on.runs().commit(transition(run, Move.PAUSE, NEVER));
        return !isExpired(on, run);
    }

    private static RunRecord child(Unguarded on, RunRecord parent, String branch) {
        NewRun run = RedisRuns.run(RedisRuns.key(), on.runs().worker());
        return start(on, run, new Lineage(new Parent(parent.key().runId(), 1, branch), null, 0), run.terms());
    }

    private static boolean backOffLasts(Unguarded on) {
        RunRecord parent = on.runs().startOn(on.runs().worker());
        RunRecord child = child(on, parent, "");
        on.runs().commit(transition(parent, Move.RETRY, Duration.ofHours(1)));
        on.runs().commit(with(child, Move.COMPLETE));
        return !isClaimed(on, parent);
    }

    private static boolean knownChildWakesNobody(Unguarded on) {
        RunRecord parent = on.runs().startOn(on.runs().worker());
        on.runs().commit(with(child(on, parent, "b"), Move.COMPLETE));
        branch(on, parent);
        Schedule untilAChildEnds = new Schedule(null, null, null);
        on.runs()
                .commit(new Transition(
                        guard(parent), UUID.randomUUID(), Move.PARK, "node", "next", Body.NONE, untilAChildEnds));
        return !isClaimed(on, parent);
    }

    /** How often the child is told of. */
    private static long isOrphan(Unguarded on, Move ofParent, Move ofChild) {
        RunRecord parent = on.runs().startOn(on.runs().worker());
        RunRecord child = child(on, parent, "");
        on.runs().commit(with(parent, ofParent));
        on.runs().commit(with(child, ofChild));
        return orphaned(on, child);
    }

    private static long orphaned(Unguarded on, RunRecord child) {
        return values(on.runs().log().orphans(1_000)).stream()
                .filter(key -> key.equals(child.key()))
                .count();
    }

    private static boolean lateChildIsAnOrphan(Unguarded on) {
        RunRecord parent = on.runs().startOn(on.runs().worker());
        on.runs().commit(with(parent, Move.COMPLETE));
        return orphaned(on, child(on, parent, "")) == 1;
    }

    private static List<Notice> notices(Unguarded on, String reader) {
        return values(on.runs().log().notices(reader, 100));
    }

    private static void settle(Unguarded on, List<Notice> notices) {
        on.runs().log().settle(notices).block(LONG);
    }

    /** All those that there are, whoever has them. */
    private static void settleAll(Unguarded on) {
        on.store()
                .commands()
                .keys(on.store().key("reader:*"))
                .forEach(on.store().commands()::del);
        settle(on, notices(on, "all"));
    }

    private static boolean oneReader(Unguarded on) {
        settleAll(on);
        on.runs().start();
        return notices(on, "first").size() == 1 && notices(on, "second").isEmpty();
    }

    private static void settleHalf(Unguarded on) {
        settleAll(on);
        on.runs().commit(advance(on.runs().startOn(on.runs().worker())));
        settle(on, notices(on, "first").subList(0, 1));
    }

    private static boolean readerStays(Unguarded on) {
        settleHalf(on);
        return notices(on, "second").isEmpty();
    }

    private static boolean restIsTold(Unguarded on) {
        settleHalf(on);
        return notices(on, "first").size() == 1;
    }

    private static boolean freshNoticesAreKept(Unguarded on) {
        settleAll(on);
        on.runs().start();
        values(on.runs().log().sweep(1_000));
        return notices(on, "reader").size() == 1;
    }

    private static boolean isKept(Unguarded on, RunRecord run) {
        value(on.runs().log().purge());
        return value(on.runs().log().load(run.key()).hasElement());
    }

    private static RunRecord ended(Unguarded on, RunRecord run, boolean old) {
        on.runs().commit(with(run, Move.COMPLETE));
        if (old) {
            on.alter(run, "completed", "1");
            on.list("done", run);
        }
        return run;
    }

    private static boolean newIsKept(Unguarded on) {
        RunRecord run = ended(on, on.runs().startOn(on.runs().worker()), false);
        settleAll(on);
        return isKept(on, run);
    }

    private static boolean untoldIsKept(Unguarded on) {
        return isKept(on, ended(on, on.runs().startOn(on.runs().worker()), true));
    }

    private static boolean unreadIsKept(Unguarded on) {
        RunRecord parent = on.runs().startOn(on.runs().worker());
        RunRecord child = ended(on, child(on, parent, ""), true);
        settleAll(on);
        return isKept(on, child);
    }

    private static boolean underWayIsKept(Unguarded on) {
        RunRecord run = on.runs().startOn(on.runs().worker());
        settleAll(on);
        on.list("done", run);
        return isKept(on, run);
    }

    private static boolean goneDoesNotComeBack(Unguarded on) {
        String worker = on.runs().worker();
        leave(on, worker);
        return value(on.runs()
                .log()
                .register(worker, NEVER)
                .thenReturn(false)
                .onErrorReturn(StoreFailedException.class, true));
    }
}
