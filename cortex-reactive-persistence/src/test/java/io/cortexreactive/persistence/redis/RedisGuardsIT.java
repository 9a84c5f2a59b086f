package io.cortexreactive.persistence.redis;

import static io.cortexreactive.persistence.redis.RedisRuns.advance;
import static io.cortexreactive.persistence.redis.RedisRuns.transition;
import static io.cortexreactive.persistence.redis.RedisRuns.value;
import static io.cortexreactive.persistence.redis.RedisRuns.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.QueueFullException;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunLogProperty;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Without any one guard of its scripts, the store no longer answers as the model of the property test says; or it fails
 * a test here, if the guard is against what no actor of that test does.
 */
class RedisGuardsIT {

    private static final List<RunScript> GUARDED = List.of(
            RunScript.START,
            RunScript.ANSWER,
            RunScript.CANCEL,
            RunScript.CLAIM,
            RunScript.COMMIT,
            RunScript.BRANCH,
            RunScript.PUT,
            RunScript.REMOVE);

    private static final String SENT = "if before.sent == ARGV[22] then return { 1 } end";
    private static final String OTHERS_ID = "if there and not remembered(id, commit) then return { '3' } end";
    private static final String PUT_AGAIN = "if remembered(id, commit) then return { 1 } end";
    private static final String UNWINDING =
            "  if before.outcome and to.status ~= 'pending' and to.status ~= before.outcome then return { 0 } end";
    private static final String CLAIMED = "~= ARGV[5] then";
    private static final String BELIEVED = "if not place or";

    private static final String FULL = "  if waiting >= most then return { '4' } end";
    private static final String ENOUGH =
            "if only and perTenant and running(ARGV[6]) >= perTenant then return taken end";

    private static final int SEQUENCES = 300;
    private static final int STEPS = 40;

    @RegisterExtension
    final RedisStore store = new RedisStore(RedisServer.shared());

    static Stream<String> guards() {
        return GUARDED.stream()
                .flatMap(RedisGuardsIT::lines)
                .filter(line -> line.strip().startsWith("if ") && line.endsWith(" end") && line.contains("return "))
                .filter(line -> Stream.of(SENT, OTHERS_ID, UNWINDING, CLAIMED, BELIEVED, FULL, ENOUGH)
                        .noneMatch(line::contains))
                .distinct();
    }

    private static Stream<String> lines(RunScript script) {
        String file = "runs/" + script.name().toLowerCase(Locale.ROOT) + ".lua";
        try (InputStream in = RedisScripts.class.getResourceAsStream(file)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).lines();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void thereAreGuards() {
        assertThat(guards()).hasSizeGreaterThan(20).anyMatch(line -> line.contains("epoch ~= ARGV[3]"));
    }

    @ParameterizedTest
    @MethodSource("guards")
    void aScriptWithoutThisGuardIsCaught(String guard) {
        assertCaught("\n" + guard + "\n", "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "left > 0 and not lives(worker) | left > 0",
                "lives(worker) and state == 'live' | lives(worker)",
                "held[1] == 'running' and held[2] == ARGV[i + 2] | held[1] == 'running'",
            })
    void aScriptThatAsksForLessIsCaught(String guard, String less) {
        assertCaught(guard, less);
    }

    @ParameterizedTest
    @ValueSource(strings = {"if remembered(id, ARGV[3])", "local earlier = call"})
    void aScriptThatFindsARunOfAnotherTenantIsCaught(String next) {
        String found = "local before = read(id)\nif not before then return {} end\n" + next;
        String anothers = "local before = read(id)\nif not before then\n"
                + "  id = idOf(string.sub(ARGV[1], 1, -2), ARGV[2])\n  before = read(id)\nend\n"
                + "if not before then return {} end\n" + next;
        assertCaught(found, anothers);
    }

    private void assertCaught(String guard, String less) {
        AtomicBoolean edited = new AtomicBoolean();
        RedisRunLog broken = store.log(script -> {
            edited.compareAndSet(false, script.contains(guard));
            return script.replace(guard, less);
        });

        Throwable caught = catchThrowable(() -> {
            for (int seed = 0; seed < SEQUENCES; seed++) {
                RunLogProperty.check(broken, store.aMinute(), seed, STEPS);
            }
        });

        assertThat(edited).isTrue();
        assertThat(caught).isNotNull().isNotInstanceOf(StoreUnavailableException.class);
    }

    /** Each script runs twice, as if the driver had sent it again. */
    private RedisRuns sentTwiceWithout(String guard, String instead) {
        UnaryOperator<String> edit = script -> script.replace(guard, instead);
        return new RedisRuns(store.log(script -> RedisReplayedScriptsIT.twice(edit.apply(script))));
    }

    @Test
    void aRetrySentAgainIsFencedWithoutItsMark() {
        RedisRuns runs = sentTwiceWithout(SENT, "");
        Transition retry = transition(runs.startOn(runs.worker()), Move.RETRY, Duration.ZERO);

        assertThat(runs.commit(retry)).isEqualTo(Verdict.FENCED);
    }

    @Test
    void aPutSentAgainIsWrittenAgainWithoutItsGuard() {
        RunRecord run = new RedisRuns(store.log()).start();
        RunKey key = RedisRuns.key();
        RunRecord other = new RunRecord(
                key, run.code(), run.status(), run.progress(), run.snapshot(), null, run.lineage(), run.times(), null);

        RedisRuns runs = sentTwiceWithout(PUT_AGAIN, "");

        assertThat(value(runs.log().put(other, UUID.randomUUID()))).isTrue();
        assertThat(runs.load(key).progress().seq()).isEqualTo(1);
    }

    @Test
    void aRunThatCompensatesIsPausedWithoutItsGuard() {
        RedisRuns runs = new RedisRuns(store.log());
        RedisRuns unguarded = new RedisRuns(store.log(script -> script.replace(UNWINDING, "")));
        RunRecord held = runs.startOn(runs.worker());
        Transition advance = advance(held);
        RunRecord done = runs.after(new Transition(
                advance.guard(),
                advance.commitId(),
                Move.ADVANCE,
                "node",
                "next",
                new Body(null, null, null, 1),
                Schedule.NONE));
        runs.log().cancel(done.key(), UUID.randomUUID()).block(RedisRuns.LONG);
        RunRecord unwinding = runs.load(done.key());
        RunRecord paused = new RunRecord(
                unwinding.key(),
                unwinding.code(),
                RunStatus.PAUSED,
                unwinding.progress(),
                unwinding.snapshot(),
                new Waiting("token", "why", null, unwinding.times().createdAt(), null),
                unwinding.lineage(),
                unwinding.times(),
                null);

        assertThat(value(runs.log().put(paused, UUID.randomUUID()))).isFalse();
        assertThat(value(unguarded.log().put(paused, UUID.randomUUID()))).isTrue();
    }

    /** Sequences by chance have a run wait for one of its own too seldom. */
    @Test
    void aRunThatWaitsGoesOnTooSoonWithoutItsGuard() {
        assertThat(waits(new RedisRuns(store.log()))).isTrue();
        assertThat(waits(new RedisRuns(
                        store.log(script -> script.replace("and isTerminal(own) and not known", "and not known")))))
                .isFalse();
    }

    private static boolean waits(RedisRuns runs) {
        RunRecord held = runs.startOn(runs.worker());
        NewRun run = RedisRuns.run(RedisRuns.key(), null);
        Parent parent = new Parent(held.key().runId(), held.progress().seq() + 1, "");
        value(runs.log()
                .start(new NewRun(
                        run.key(),
                        run.code(),
                        run.node(),
                        run.content(),
                        run.once(),
                        new Lineage(parent, null, 0),
                        run.terms())));
        Transition advance = advance(held);
        runs.after(new Transition(
                advance.guard(),
                advance.commitId(),
                Move.PARK,
                "node",
                "next",
                Body.NONE,
                new Schedule(null, null, null)));
        return runs.claim(runs.worker()).stream()
                .noneMatch(claimed -> claimed.key().equals(held.key()));
    }

    @Test
    void aClaimSentAgainLosesItsRunsWithoutItsGuard() {
        RedisRuns runs = sentTwiceWithout("call('EXISTS', claimed) == 1", "false");
        runs.start();

        assertThat(runs.claim(runs.worker())).isEmpty();
    }

    /** What has happened of a run that its worker does not say it holds, since the answer to its claim was lost. */
    private RunStatus afterABeat(UnaryOperator<String> edit, Duration ttl, boolean held) {
        RedisRuns runs = new RedisRuns(store.log(edit));
        String worker = runs.worker();
        RunRecord run = runs.startOn(worker);
        Map<RunKey, Long> holds = held ? Map.of(run.key(), run.progress().epoch()) : Map.of();
        value(runs.log().beat(worker, ttl, false, holds));
        return runs.load(run.key()).status();
    }

    @Test
    void aRunThatItsWorkerDoesNotKnowIsGivenBack() {
        assertThat(afterABeat(UnaryOperator.identity(), Duration.ZERO, false)).isEqualTo(RunStatus.PENDING);
    }

    @ParameterizedTest
    @CsvSource({
        "not holds[id] and look(id), look(id), true",
        "tonumber(before.taken) < now - ARGV[2] * 1000, true, false"
    })
    void aRunThatIsKnownOrNewIsGivenBackWithoutItsGuard(String guard, String less, boolean held) {
        Duration ttl = held ? Duration.ZERO : RedisRuns.NEVER;

        assertThat(afterABeat(UnaryOperator.identity(), ttl, held)).isEqualTo(RunStatus.RUNNING);
        assertThat(afterABeat(script -> script.replace(guard, less), ttl, held)).isEqualTo(RunStatus.PENDING);
    }

    @Test
    void aWorkerThatHasGoneGivesNothingBackButWithoutItsGuard() {
        String guard = "alive and call('ZRANGE', P .. list, 0, -1) or {}";

        assertThat(afterALateBeat(UnaryOperator.identity())).isEqualTo(RunStatus.RUNNING);
        assertThat(afterALateBeat(script -> script.replace(guard, "call('ZRANGE', P .. list, 0, -1)")))
                .isEqualTo(RunStatus.PENDING);
    }

    private RunStatus afterALateBeat(UnaryOperator<String> edit) {
        RedisRuns runs = new RedisRuns(store.log(edit));
        String worker = runs.worker();
        RunRecord run = runs.startOn(worker);
        runs.log().leave(worker).block(RedisRuns.LONG);
        value(runs.log().beat(worker, Duration.ZERO, false, Map.of()));
        return runs.load(run.key()).status();
    }

    @Test
    void aRunsIdIsUsedAgainWithoutItsGuard() {
        RedisRuns runs = new RedisRuns(store.log(script -> script.replace(OTHERS_ID, "")));
        NewRun run = RedisRuns.run(runs.start().key(), null);

        assertThat(value(runs.log().start(run)).fresh()).isTrue();
    }

    @Test
    void aStoreWithItsGuardsIsNotCaught() {
        RedisRuns runs = new RedisRuns(store.log());
        RunRecord held = runs.startOn(runs.worker());

        assertThat(runs.commit(advance(held))).isEqualTo(Verdict.COMMITTED);
        assertThat(runs.commit(advance(held))).isEqualTo(Verdict.FENCED);
        assertThat(values(runs.log().journal(held.key(), -1, 9))).hasSize(2);
    }

    private static NewRun bounded() {
        NewRun run = RedisRuns.run(RedisRuns.key(), null);
        return new NewRun(
                run.key(),
                run.code(),
                run.node(),
                run.content(),
                null,
                run.lineage(),
                run.terms().withMostWaiting(1));
    }

    @Test
    void fullQueueIsSeenByItsGuard() {
        RunLog guarded = store.log();
        RunLog less = store.log(script -> script.replace(FULL, ""));
        RedisRuns.value(guarded.start(bounded()));

        assertThatThrownBy(() -> RedisRuns.value(guarded.start(bounded()))).isInstanceOf(QueueFullException.class);
        assertThat(RedisRuns.value(less.start(bounded())).fresh()).isTrue();
    }

    @Test
    void enoughOfATenantIsSeenByItsGuard() {
        RedisRuns guarded = new RedisRuns(store.log());
        RunLog less = store.log(script -> script.replace(ENOUGH, ""));
        String worker = guarded.worker();
        guarded.startOn(worker);
        RunRecord next = guarded.start();
        RunLog.Claim claim = new RunLog.Claim(
                worker, RedisRuns.QUEUE, Set.of(RedisRuns.CODE), next.key(), 1, new RunLog.Fairness(1));

        assertThat(RedisRuns.values(guarded.log().claim(claim))).isEmpty();
        assertThat(RedisRuns.values(less.claim(claim))).hasSize(1);
    }
}
