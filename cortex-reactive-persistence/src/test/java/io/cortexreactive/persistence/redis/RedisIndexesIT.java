package io.cortexreactive.persistence.redis;

import static io.cortexreactive.persistence.redis.RedisRuns.LONG;
import static io.cortexreactive.persistence.redis.RedisRuns.NEVER;
import static io.cortexreactive.persistence.redis.RedisRuns.advance;
import static io.cortexreactive.persistence.redis.RedisRuns.transition;
import static io.cortexreactive.persistence.redis.RedisRuns.value;
import static io.cortexreactive.persistence.redis.RedisRuns.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.error.ErrorInfo;
import io.lettuce.core.KeyScanArgs;
import io.lettuce.core.ScanIterator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists may have lost a run, or name one that is elsewhere: only what a run itself says counts. */
class RedisIndexesIT {

    @RegisterExtension
    final RedisStore store = new RedisStore(RedisServer.shared());

    private static final ErrorInfo LATE = new ErrorInfo("late", "Its time is up.", false);

    private final RedisRunLog log = store.log();
    private final RedisRuns runs = new RedisRuns(log);

    /** All that is not of one run alone, save workers and claims. */
    private void loseLists() {
        List<String> ofOneRun = List.of(
                "run:", "snapshot:", "journal:", "branches:", "branching:", "commits:", "answers:", "news:", "worker:");
        ScanIterator.scan(store.commands(), KeyScanArgs.Builder.matches(store.key("*")))
                .forEachRemaining(key -> {
                    if (ofOneRun.stream().noneMatch(kind -> key.startsWith(store.key(kind)))) {
                        store.commands().del(key);
                    }
                });
    }

    private String id(RunKey key) {
        return key.tenantId().length() + ":" + key.tenantId() + key.runId();
    }

    private Map<RunKey, Change> sweepAll() {
        Map<RunKey, Change> changes = new HashMap<>();
        do {
            values(log.sweep(100)).forEach(swept -> changes.put(swept.key(), swept.change()));
        } while (!log.isRepaired());
        values(log.sweep(100)).forEach(swept -> changes.put(swept.key(), swept.change()));
        return changes;
    }

    @Test
    void whatListsHaveLostIsFoundAgain() {
        String gone = runs.worker();
        RunRecord pending = runs.start();
        RunRecord lost = runs.startOn(gone);
        RunRecord due = runs.after(transition(runs.startOn(gone), Move.TIMER, Duration.ofMillis(1)));
        RunRecord paused = runs.after(transition(runs.startOn(gone), Move.PAUSE, Duration.ZERO));
        RunRecord done = runs.after(transition(runs.startOn(gone), Move.COMPLETE, Duration.ZERO));
        RunRecord child = childOf(done);
        log.leave(gone).block(LONG);
        loseLists();
        assertThat(values(log.page(new Query("acme", null, null, null, 9)))).isEmpty();

        Map<RunKey, Change> changes = sweepAll();

        assertThat(changes)
                .containsEntry(lost.key(), Change.RECOVERED)
                .containsEntry(due.key(), Change.WOKEN)
                .containsEntry(paused.key(), Change.TIMED_OUT)
                .hasSize(3);
        assertThat(values(log.page(new Query("acme", null, RunStatus.COMPLETED, null, 9))))
                .containsExactly(done);
        assertThat(values(log.page(new Query("acme", "definition", null, null, 9))))
                .hasSize(6);
        assertThat(values(log.orphans(9))).containsExactly(child.key());
        assertThat(values(log.notices("reader", 1_000)).stream()
                        .map(notice -> notice.key())
                        .distinct())
                .hasSize(6);
        assertThat(runs.claim(runs.worker()))
                .extracting(RunRecord::key)
                .containsExactlyInAnyOrder(pending.key(), lost.key(), due.key(), paused.key(), child.key());
    }

    @Test
    void aLateRunThatItsListHasLostIsFoundAgain() {
        NewRun plain = RedisRuns.run(RedisRuns.key(), null);
        NewRun.Terms terms = plain.terms();
        NewRun late = new NewRun(
                plain.key(),
                plain.code(),
                plain.node(),
                plain.content(),
                null,
                Lineage.NONE,
                new NewRun.Terms(terms.commitId(), terms.queue(), terms.priority(), Duration.ZERO, null, null));
        value(log.start(late));
        loseLists();
        assertThat(values(log.expire(9, LATE))).isEmpty();

        sweepAll();

        assertThat(values(log.expire(9, LATE))).extracting(Swept::key).containsExactly(late.key());
    }

    @Test
    void noticesOfARunThatTheListHasLostAreForgottenInTime() {
        RunRecord run = runs.start();
        store.anHourForNotices().block(LONG);
        loseLists();

        sweepAll();

        assertThat(values(log.notices("reader", 9))).isEmpty();
        assertThat(store.commands().exists(store.key("news:" + id(run.key())))).isZero();
    }

    @Test
    void moreNoticesAreForgottenThanAScriptTakes() {
        RunRecord one = runs.start();
        RunRecord other = runs.start();
        for (RunRecord run : List.of(one, other)) {
            for (int seq = 1; seq <= 1_200; seq++) {
                store.commands().zadd(store.key("news:" + id(run.key())), seq, seq + ":");
            }
            store.commands().zadd(store.key("news"), 1, id(run.key()));
        }

        values(log.sweep(9));

        assertThat(values(log.notices("reader", 9)))
                .extracting(notice -> notice.key(), notice -> notice.seq())
                .containsExactlyInAnyOrder(tuple(one.key(), 0), tuple(other.key(), 0));
    }

    private RunRecord childOf(RunRecord parent) {
        NewRun plain = RedisRuns.run(RedisRuns.key(), null);
        Lineage lineage = new Lineage(new Parent(parent.key().runId(), 1, ""), null, 0);
        return value(log.start(new NewRun(
                        plain.key(), plain.code(), plain.node(), plain.content(), null, lineage, plain.terms())))
                .run();
    }

    @Test
    void aRunIsNotClaimedBecauseAListNamesIt() {
        RunRecord run = runs.startOn(runs.worker());
        String list = queueNaming(run);

        assertThat(runs.claim(runs.worker())).isEmpty();

        assertThat(runs.load(run.key())).isEqualTo(run);
        assertThat(store.commands().zcard(list)).isZero();
    }

    @Test
    void aClaimThatBelievesItsListIsCaught() {
        RunRecord run = runs.startOn(runs.worker());
        queueNaming(run);
        RedisRuns believing = new RedisRuns(store.log(
                without("  if not place or tonumber(place[2]) ~= score then return call('ZREM', list, member) end\n")));

        assertThat(believing.claim(runs.worker())).extracting(RunRecord::key).contains(run.key());
    }

    static UnaryOperator<String> without(String guard) {
        return script -> script.replace(guard, "");
    }

    private String queueNaming(RunRecord run) {
        String list = store.key("queue:5:queue10:definition1");
        store.commands().zadd(list, 100, "00000000000000001:" + id(run.key()));
        return list;
    }

    @Test
    void aSweepChangesNothingBecauseAListNamesIt() {
        RunRecord run = runs.startOn(runs.worker());
        RunRecord later = runs.after(transition(runs.startOn(runs.worker()), Move.TIMER, NEVER));
        for (String list : List.of("due", "pauses", "late", "hanging", "done", "news", "orphaned", "owned:nobody")) {
            store.commands().zadd(store.key(list), 0, id(run.key()));
            store.commands().zadd(store.key(list), 0, "4:acmenobody");
        }
        store.commands().zadd(store.key("owners"), 0, "nobody");
        store.commands().zadd(store.key("due"), 0, id(later.key()));

        assertThat(values(log.sweep(100))).isEmpty();
        assertThat(values(log.expire(100, LATE))).isEmpty();
        assertThat(values(log.orphans(100))).isEmpty();
        assertThat(value(store.forget().thenReturn(true))).isTrue();

        assertThat(runs.load(run.key())).isEqualTo(run);
        assertThat(runs.load(later.key())).isEqualTo(later);
        assertThat(store.commands().zscore(store.key("due"), id(later.key()))).isPositive();
        assertThat(store.commands()
                        .exists(store.key("pauses"), store.key("late"), store.key("hanging"), store.key("done")))
                .isZero();
    }

    /** A primary that has lost its latest writes gives out an epoch again. */
    @Test
    void ownerOfAnEpochThatWasLostIsFenced() {
        RedisRuns another = new RedisRuns(store.log());
        RunRecord first = claimThatIsLost(runs, runs.start());

        RunRecord second = another.claim(runs.worker()).get(0);

        assertThat(second.progress().epoch()).isEqualTo(first.progress().epoch());
        assertThat(runs.commit(advance(first))).isEqualTo(Verdict.FENCED);
        assertThat(another.commit(advance(second))).isEqualTo(Verdict.COMMITTED);
    }

    @Test
    void aStoreThatTrustsTheEpochAloneIsCaught() {
        RedisRuns trusting = new RedisRuns(
                store.log(without("if some(ARGV[5]) and before.claim ~= ARGV[5] then return { 0 } end\n")));
        RunRecord first = claimThatIsLost(trusting, trusting.start());

        new RedisRuns(store.log()).claim(runs.worker());

        assertThat(trusting.commit(advance(first))).isEqualTo(Verdict.COMMITTED);
    }

    private RunRecord claimThatIsLost(RedisRuns by, RunRecord run) {
        String key = store.key("run:" + id(run.key()));
        byte[] before = store.commands().dump(key);
        RunRecord claimed = by.claim(runs.worker()).get(0);
        store.commands().del(key);
        store.commands().restore(key, 0, before);
        sweepAll();
        return claimed;
    }

    @Test
    void tenantsKeysAreApart() {
        RunKey acme = new RunKey("a", "1:b");
        RunKey other = new RunKey("a1", ":b");
        RunRecord run = value(log.start(RedisRuns.run(acme, null))).run();

        assertThat(log.load(other).blockOptional(LONG)).isEmpty();
        assertThat(log.cancel(other, UUID.randomUUID()).blockOptional(LONG)).isEmpty();
        assertThat(value(log.start(RedisRuns.run(other, null))).fresh()).isTrue();
        assertThat(values(log.page(new Query("a", null, null, null, 9)))).containsExactly(run);
        assertThat(values(log.sweep(9).map(Swept::key))).isEmpty();
    }
}
