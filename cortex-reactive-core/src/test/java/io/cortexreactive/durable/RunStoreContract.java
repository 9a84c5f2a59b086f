package io.cortexreactive.durable;

import static io.cortexreactive.durable.RunSteps.BROKEN;
import static io.cortexreactive.durable.RunSteps.LONG;
import static io.cortexreactive.durable.RunSteps.NEVER;
import static io.cortexreactive.durable.RunSteps.answerTo;
import static io.cortexreactive.durable.RunSteps.body;
import static io.cortexreactive.durable.RunSteps.id;
import static io.cortexreactive.durable.RunSteps.result;
import static io.cortexreactive.durable.RunSteps.transition;
import static io.cortexreactive.durable.RunSteps.value;
import static io.cortexreactive.durable.RunSteps.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Answered;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Cursor;
import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Times;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What every store of runs must keep. Extend it with {@link #log} and the hooks about time. Each test has a tenant, a
 * definition and a queue of its own, so that the store may have other runs, too; only one test is run at a time.
 */
public abstract class RunStoreContract extends RunDeadlineContract {

    @Test
    public void pauseSaysWhatItWaitsFor() {
        RunRecord held = steps.startOn(steps.worker());
        Transition pause = transition(held, Move.PAUSE, Body.NONE, RunSteps.asked(Duration.ofHours(1)));

        RunRecord paused = steps.after(pause);

        RunRecord.Waiting waiting = Objects.requireNonNull(paused.pause());
        assertThat(waiting.token())
                .isEqualTo(Objects.requireNonNull(pause.schedule().pause()).token());
        assertThat(waiting.reason()).isEqualTo("May I?");
        assertThat(waiting.spec()).isEqualTo("{\"ask\":1}");
        assertThat(waiting.until()).isEqualTo(waiting.since().plus(Duration.ofHours(1)));
        assertThat(sweep(paused.key())).isEmpty();
        assertThat(steps.tryClaim(steps.worker(), paused.key())).isEmpty();
    }

    /** Which no index compresses. */
    private static String longest(int bytes) {
        StringBuilder text = new StringBuilder();
        while (text.length() < bytes) {
            text.append(UUID.randomUUID());
        }
        return text.substring(0, bytes);
    }

    @Test
    public void theLongestIdsAreKept() {
        RunKey key = new RunKey(longest(Ids.MOST_BYTES), longest(Ids.MOST_BYTES));
        Code code = new Code(longest(Ids.MOST_BYTES), longest(Ids.MOST_BYTES));
        String node = longest(Ids.MOST_BYTES);
        String worker = steps.worker();
        NewRun.Once once = new NewRun.Once(longest(Ids.MOST_BYTES_OF_A_KEY), "hash");
        NewRun.Terms terms = new NewRun.Terms(UUID.randomUUID(), longest(Ids.MOST_BYTES), 100, null, null, worker);
        NewRun run = new NewRun(key, code, node, new NewRun.Content("{}", "{}"), once, Lineage.NONE, terms);

        RunRecord held = steps.start(run);
        assertThat(steps.branch(result(held, node))).isEqualTo(Verdict.COMMITTED);
        Transition.Guard guard = RunSteps.guard(held);
        RunRecord paused = steps.after(new Transition(
                guard, UUID.randomUUID(), Move.PAUSE, node, node, Body.NONE, RunSteps.asked(Duration.ofHours(1))));
        String request = longest(Ids.MOST_BYTES_OF_A_KEY);
        assertThat(steps.answer(key, answerTo(paused, request)).accepted()).isTrue();

        assertThat(steps.start(run).key()).isEqualTo(key);
        assertThat(steps.journal(key)).extracting(JournalEntry::branch).contains(node);
        assertThat(steps.answer(key, answerTo(paused, request)).accepted()).isTrue();
        assertThat(values(log().claim(new RunLog.Claim(worker, terms.queue(), Set.of(code), null, 1))))
                .extracting(RunRecord::key)
                .containsExactly(key);
        assertThat(values(log().page(new Query(key.tenantId(), code.definition(), RunStatus.RUNNING, null, 1))))
                .extracting(RunRecord::key)
                .containsExactly(key);
    }

    @Test
    public void idsAreTakenAsTheyAre() {
        RunKey key = new RunKey("tenant: 'ü'\n%_*" + UUID.randomUUID(), "run: \uD83D\uDE00 \\ \"日本\"");
        NewRun run = new NewRun(
                key,
                steps.code,
                "a/b c",
                new NewRun.Content("{}", "{}"),
                new NewRun.Once("key:1 \uD83D\uDE00", "hash"),
                Lineage.NONE,
                steps.terms(null, null));

        RunRecord begun = steps.start(run);

        assertThat(begun.key()).isEqualTo(key);
        assertThat(steps.load(key)).isEqualTo(begun);
        assertThat(steps.claim(key).key()).isEqualTo(key);
        assertThat(steps.start(run).key()).isEqualTo(key);
    }

    @Test
    public void answerGoesOn() {
        RunRecord paused = paused();
        Answer answer = answerTo(paused, "r");

        assertThat(steps.answer(paused.key(), answer)).isEqualTo(new Answered(true, RunStatus.PENDING, 2));

        RunRecord pending = steps.load(paused.key());
        assertStands(pending, RunStatus.PENDING, 3, 2);
        assertThat(pending.pause()).isNull();
        JournalEntry input = steps.journal(paused.key()).get(2);
        assertThat(input)
                .extracting(JournalEntry::kind, JournalEntry::payload, JournalEntry::requestId)
                .containsExactly(Kind.INPUT, "{\"yes\":true}", "r");
        assertThat(input.commit().id()).isEqualTo(answer.commitId());
        assertStands(steps.claim(paused.key()), RunStatus.RUNNING, 4, 2);
    }

    @Test
    public void pauseThatNobodyEndsIsGivenUpWhereTheStoreIsToldSo() {
        RunRecord paused = paused();
        RunRecord undoing = steps.after(transition(withUndo(), Move.PAUSE, Body.NONE, RunSteps.asked(null)));
        RunRecord pending = steps.start();
        RunRecord running = steps.startOn(steps.worker());
        RunRecord waiting = steps.startOn(steps.worker());
        RunRecord child = steps.claim(steps.startChild(waiting, "").key());
        steps.after(waiting, Move.PARK);
        steps.after(child, Move.PAUSE);

        giveUpPauses().block(LONG);

        assertStands(
                steps.load(paused.key()), RunStatus.CANCELLED, paused.progress().epoch() + 1, 2);
        assertThat(kinds(paused.key())).containsExactly(Kind.START, Kind.PAUSE, Kind.TERMINAL);
        assertThat(steps.answer(paused.key(), answerTo(paused, "late")).accepted())
                .isFalse();
        assertThat(steps.load(undoing.key()).progress().outcome()).isEqualTo(RunStatus.CANCELLED);
        assertThat(steps.claim(undoing.key()).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(steps.load(pending.key())).isEqualTo(pending);
        assertThat(steps.load(running.key())).isEqualTo(running);
        assertThat(steps.load(child.key()).status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(eventuallyClaimed(waiting.key()).key()).isEqualTo(waiting.key());
        JournalInvariants.check(steps.load(paused.key()), steps.journal(paused.key()));
    }

    @Test
    public void pausedRunsStayWhereTheStoreIsToldNothing() {
        RunRecord paused = paused();

        forget().block(LONG);

        assertThat(steps.load(paused.key())).isEqualTo(paused);
    }

    @Test
    public void answerToAnotherQuestionDoesNotCount() {
        RunRecord paused = paused();
        RunRecord running = steps.startOn(steps.worker());

        Answer other = new Answer(id("token"), "r", "{}", UUID.randomUUID());

        assertThat(steps.answer(paused.key(), other)).isEqualTo(new Answered(false, RunStatus.PAUSED, 1));
        assertThat(steps.answer(running.key(), other)).isEqualTo(new Answered(false, RunStatus.RUNNING, 0));
        assertThat(log().answer(steps.key(), other).blockOptional(LONG)).isEmpty();
        assertThat(steps.load(paused.key())).isEqualTo(paused);
    }

    @Test
    public void sameRequestHasTheSameAnswerAndAnswersNothingElse() {
        RunRecord paused = paused();
        Answer answer = answerTo(paused, "r");
        Answered first = steps.answer(paused.key(), answer);

        assertThat(steps.answer(paused.key(), answerTo(paused, "r"))).isEqualTo(first);
        assertThat(steps.answer(paused.key(), answerTo(paused, "other")).accepted())
                .isFalse();
        RunRecord next = steps.after(steps.claim(paused.key()), Move.PAUSE);
        assertThat(steps.answer(next.key(), answerTo(next, "r"))).isEqualTo(new Answered(true, RunStatus.PAUSED, 2));
        assertThat(steps.load(next.key())).isEqualTo(next);
        steps.answer(next.key(), answerTo(next, "other"));
        RunRecord done = steps.after(steps.claim(next.key()), Move.COMPLETE);
        assertThat(steps.answer(done.key(), answer)).isEqualTo(new Answered(true, RunStatus.COMPLETED, 2));
    }

    @Test
    public void oneOfSeveralAnswersCounts() {
        RunRecord paused = paused();

        List<Answered> answers = race(Mono.defer(() -> log().answer(paused.key(), answerTo(paused, id("request")))));

        assertThat(answers)
                .extracting(Answered::accepted)
                .containsOnlyOnce(true)
                .hasSize(RACERS);
        assertThat(kinds(paused.key())).containsExactly(Kind.START, Kind.PAUSE, Kind.INPUT);
    }

    @Test
    public void sameRequestSentAtOnceIsAnsweredAlike() {
        RunRecord paused = paused();

        List<Answered> answers = race(Mono.defer(() -> log().answer(paused.key(), answerTo(paused, "r"))));

        assertThat(answers)
                .containsOnly(new Answered(true, RunStatus.PENDING, 2))
                .hasSize(RACERS);
        assertThat(kinds(paused.key())).containsExactly(Kind.START, Kind.PAUSE, Kind.INPUT);
    }

    @Test
    public void pauseThatIsOverIsAnsweredByNobody() {
        RunRecord paused = steps.after(
                transition(steps.startOn(steps.worker()), Move.PAUSE, Body.NONE, RunSteps.asked(shortTime())));

        assertThat(eventuallySwept(paused.key())).containsExactly(Change.TIMED_OUT);

        assertStands(steps.load(paused.key()), RunStatus.PENDING, 3, 2);
        JournalEntry input = steps.journal(paused.key()).get(2);
        String token = Objects.requireNonNull(paused.pause()).token();
        assertThat(input)
                .extracting(JournalEntry::kind, JournalEntry::payload, JournalEntry::requestId)
                .containsExactly(Kind.INPUT, null, "timeout:" + token);
        assertThat(steps.answer(paused.key(), answerTo(paused, "late")))
                .isEqualTo(new Answered(false, RunStatus.PENDING, 2));
        assertThat(sweep(paused.key())).isEmpty();
    }

    @Test
    public void oneOfAnswerTimeoutAndCancelWins() {
        for (int i = 0; i < 20; i++) {
            RunRecord paused = steps.after(
                    transition(steps.startOn(steps.worker()), Move.PAUSE, Body.NONE, RunSteps.asked(Duration.ZERO)));
            RunKey key = paused.key();
            Mono<Boolean> answer = Mono.defer(() -> log().answer(key, answerTo(paused, id("request"))))
                    .map(Answered::accepted);
            Mono<Boolean> timeout = log().sweep(ALL).any(swept -> swept.key().equals(key));
            Mono<Boolean> cancel =
                    Mono.defer(() -> log().cancel(key, UUID.randomUUID())).map(Cancelled::accepted);

            List<Boolean> won = value(Flux.just(answer, timeout, answer, cancel)
                    .flatMapSequential(attempt -> attempt.subscribeOn(Schedulers.boundedElastic()), 4)
                    .collectList());

            List<Kind> kinds = kinds(key);
            long inputs =
                    won.subList(0, 3).stream().filter(accepted -> accepted).count();
            assertThat(won.get(3)).isTrue();
            assertThat(inputs).isLessThan(2);
            assertThat(kinds.stream().filter(Kind.INPUT::equals)).hasSize((int) inputs);
            assertThat(kinds.get(kinds.size() - 1)).isEqualTo(Kind.TERMINAL);
            JournalInvariants.check(steps.load(key), steps.journal(key));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"PENDING", "RUNNING", "PAUSED"})
    public void cancelEndsARun(RunStatus status) {
        RunRecord run = standing(status);

        Cancelled cancelled = steps.cancel(run.key());

        int seq = run.progress().seq() + 1;
        assertThat(cancelled).isEqualTo(new Cancelled(true, RunStatus.CANCELLED, seq));
        RunRecord ended = steps.load(run.key());
        assertStands(ended, RunStatus.CANCELLED, run.progress().epoch() + 1, seq);
        assertThat(ended.times().completedAt()).isNotNull();
        assertThat(ended.pause()).isNull();
        assertThat(steps.journal(run.key()).get(seq).kind()).isEqualTo(Kind.TERMINAL);
        assertThat(steps.commit(transition(run, Move.ADVANCE))).isEqualTo(Verdict.FENCED);
        assertThat(steps.cancel(run.key())).isEqualTo(new Cancelled(false, RunStatus.CANCELLED, seq));
        assertThat(steps.tryClaim(steps.worker(), run.key())).isEmpty();
    }

    private RunRecord standing(RunStatus status) {
        return switch (status) {
            case PENDING -> steps.start();
            case RUNNING -> steps.startOn(steps.worker());
            default -> paused();
        };
    }

    @Test
    public void cancelThatIsSentAgainIsAnsweredAlike() {
        RunRecord run = steps.start();
        UUID commitId = UUID.randomUUID();

        List<Cancelled> cancels = race(Mono.defer(() -> log().cancel(run.key(), commitId)));

        assertThat(cancels)
                .containsOnly(new Cancelled(true, RunStatus.CANCELLED, 1))
                .hasSize(RACERS);
        assertThat(log().cancel(steps.key(), commitId).blockOptional(LONG)).isEmpty();
    }

    @Test
    public void oneOfSeveralCancelsCounts() {
        RunRecord run = steps.startOn(steps.worker());

        List<Cancelled> cancels = race(Mono.defer(() -> log().cancel(run.key(), UUID.randomUUID())));

        assertThat(cancels)
                .extracting(Cancelled::accepted)
                .containsOnlyOnce(true)
                .hasSize(RACERS);
        assertThat(kinds(run.key())).containsExactly(Kind.START, Kind.TERMINAL);
    }

    @Test
    public void cancelledRunCompensatesFirst() {
        RunRecord held = withUndo();

        assertThat(steps.cancel(held.key())).isEqualTo(new Cancelled(true, RunStatus.PENDING, 2));
        assertThat(steps.cancel(held.key())).isEqualTo(new Cancelled(false, RunStatus.PENDING, 2));
        assertThat(steps.load(held.key()).progress().outcome()).isEqualTo(RunStatus.CANCELLED);
        assertThat(steps.commit(transition(held, Move.ADVANCE))).isEqualTo(Verdict.FENCED);

        RunRecord undoing = steps.claim(held.key());
        undoing = steps.after(transition(undoing, Move.UNDO, body(null, -1), Schedule.NONE));
        assertStands(undoing, RunStatus.RUNNING, 3, 3);
        assertThat(undoing.progress().undo()).isEqualTo(1);
        undoing = steps.after(transition(undoing, Move.UNDO, body(null, -1), Schedule.NONE));
        assertEndsOnlyAs(undoing, Move.CANCELLED);
        assertThat(kinds(held.key()))
                .containsExactly(Kind.START, Kind.NODE, Kind.UNWIND, Kind.UNDO, Kind.UNDO, Kind.TERMINAL);
    }

    private void assertEndsOnlyAs(RunRecord undoing, Move outcome) {
        for (Move other : Set.of(Move.COMPLETE, Move.FAIL, Move.CANCELLED, Move.PAUSE, Move.UNWIND)) {
            if (other != outcome) {
                assertThat(steps.commit(transition(undoing, other))).isEqualTo(Verdict.FENCED);
            }
        }
        RunRecord ended = steps.after(undoing, outcome);
        assertThat(ended.status()).isEqualTo(outcome.to());
        assertThat(ended.progress().outcome()).isNull();
        assertThat(ended.times().completedAt()).isNotNull();
    }

    @Test
    public void failedRunCompensatesFirst() {
        RunRecord unwinding = steps.after(transition(withUndo(), Move.UNWIND, body(BROKEN, 0), Schedule.NONE));

        assertThat(unwinding.progress().outcome()).isEqualTo(RunStatus.FAILED);
        assertThat(steps.cancel(unwinding.key()).accepted()).isFalse();
        RunRecord undoing = steps.claim(unwinding.key());
        undoing = steps.claim(steps.after(undoing, Move.RETRY).key());
        assertEndsOnlyAs(undoing, Move.FAIL);
        assertThat(steps.load(unwinding.key()).error()).isEqualTo(BROKEN);
    }

    @Test
    public void nobodyEndsARunAsCancelledThatNobodyCancelled() {
        RunRecord held = steps.startOn(steps.worker());

        assertThat(steps.commit(transition(held, Move.CANCELLED))).isEqualTo(Verdict.FENCED);
        assertThat(steps.load(held.key())).isEqualTo(held);
    }

    @Test
    public void runsOfAGoneWorkerAreRecovered() {
        String worker = steps.worker();
        RunRecord run = steps.startOn(worker);
        RunRecord ofAnother = steps.startOn(steps.worker());
        assertThat(sweep(run.key())).isEmpty();

        log().leave(worker).block(LONG);

        assertThat(eventuallySwept(run.key())).containsExactly(Change.RECOVERED);
        assertStands(steps.load(run.key()), RunStatus.PENDING, 2, 0);
        assertThat(steps.load(ofAnother.key())).isEqualTo(ofAnother);
        assertThat(steps.commit(transition(run, Move.ADVANCE))).isEqualTo(Verdict.FENCED);
        RunRecord again = eventuallyClaimed(run.key());
        assertStands(again, RunStatus.RUNNING, 3, 0);
        assertThat(again.progress().attempts()).isEqualTo(2);
    }

    @Test
    public void oneOfSeveralSweepsRecoversARun() {
        List<RunKey> runs = new ArrayList<>();
        String worker = steps.worker();
        IntStream.range(0, 20).forEach(i -> runs.add(steps.startOn(worker).key()));
        log().leave(worker).block(LONG);

        List<List<RunKey>> swept = race(log().sweep(ALL)
                .filter(one -> one.change() == Change.RECOVERED)
                .map(RunLog.Swept::key)
                .filter(runs::contains)
                .collectList());
        List<RunKey> rest = values(log().sweep(ALL)
                .filter(one -> one.change() == Change.RECOVERED)
                .map(RunLog.Swept::key)
                .filter(runs::contains));

        assertThat(Stream.concat(swept.stream().flatMap(List::stream), rest.stream()))
                .containsExactlyInAnyOrderElementsOf(runs);
    }

    @Test
    public void hungNodeIsTakenFromItsWorker() {
        String worker = steps.worker();
        RunRecord begun = steps.start(steps.run(steps.key(), null, Lineage.NONE, steps.terms(shortTime(), worker)));
        RunRecord first = steps.after(transition(
                steps.startOn(worker), Move.ADVANCE, Body.NONE, new Schedule(Duration.ZERO, shortTime(), null)));
        RunRecord patient = steps.start(steps.run(steps.key(), null, Lineage.NONE, steps.terms(NEVER, worker)));

        assertThat(eventuallySwept(begun.key())).containsExactly(Change.RECOVERED);
        assertStands(steps.load(begun.key()), RunStatus.PENDING, 2, 0);
        assertThat(steps.commit(transition(begun, Move.ADVANCE))).isEqualTo(Verdict.FENCED);
        eventually(Flux.defer(() -> log().sweep(ALL).thenMany(log().load(first.key())))
                .filter(run -> run.status() == RunStatus.PENDING));
        assertThat(steps.load(patient.key())).isEqualTo(patient);
        RunRecord again = steps.claim(
                steps.after(eventuallyClaimed(begun.key()), Move.RETRY).key());
        assertThat(eventuallySwept(again.key())).containsExactly(Change.RECOVERED);
    }

    /** Has the run's worker go, and the run claimed by the next one. */
    private RunRecord crash(RunRecord pending) {
        String worker = steps.worker();
        RunRecord held = claimAfterBackOff(worker, pending.key());
        log().leave(worker).block(LONG);
        return held;
    }

    private RunRecord claimAfterBackOff(String worker, RunKey key) {
        return eventually(afterAMinute().thenMany(log().sweep(ALL)).thenMany(log().claim(steps.claimOf(worker, key))))
                .get(0);
    }

    private void crash(RunRecord run, int times) {
        for (int i = 0; i < times; i++) {
            crash(run);
            assertThat(eventuallySwept(run.key())).containsExactly(Change.RECOVERED);
        }
    }

    @Test
    public void runThatAlwaysCrashesFails() {
        RunRecord run = steps.start();
        crash(run, 9);

        crash(run);
        assertThat(eventuallySwept(run.key())).containsExactly(Change.FAILED);

        RunRecord failed = steps.load(run.key());
        assertStands(failed, RunStatus.FAILED, 20, 1);
        assertThat(failed.error()).isEqualTo(RunLog.CRASH_LOOP);
        assertThat(Objects.requireNonNull(steps.journal(run.key()).get(1).error())
                        .code())
                .isEqualTo("crash_loop");
        assertThat(kinds(run.key())).containsExactly(Kind.START, Kind.TERMINAL);
    }

    @Test
    public void runThatAlwaysCrashesFailsOnceHoweverManyLook() {
        RunRecord run = steps.start();
        crash(run, 9);
        crash(run);

        List<List<Change>> swept = race(log().sweep(ALL)
                .filter(one -> one.key().equals(run.key()))
                .map(RunLog.Swept::change)
                .collectList());

        assertThat(swept.stream().flatMap(List::stream)).containsExactly(Change.FAILED);
        assertThat(kinds(run.key())).containsExactly(Kind.START, Kind.TERMINAL);
        assertThat(steps.page(RunStatus.FAILED, 9)).extracting(RunRecord::key).containsExactly(run.key());
    }

    @Test
    public void runThatAlwaysCrashesCompensatesFirst() {
        RunRecord run = steps.after(withUndo(), Move.RELEASE);
        crash(run, 9);
        crash(run);

        assertThat(eventuallySwept(run.key())).containsExactly(Change.UNWINDING);
        assertThat(steps.load(run.key()).progress().outcome()).isEqualTo(RunStatus.FAILED);
        assertThat(Objects.requireNonNull(steps.load(run.key()).error()).code()).isEqualTo("crash_loop");
        crash(run, 11);
        assertEndsOnlyAs(claimAfterBackOff(steps.worker(), run.key()), Move.FAIL);
        assertThat(kinds(run.key())).containsExactly(Kind.START, Kind.NODE, Kind.UNWIND, Kind.TERMINAL);
    }

    @Test
    public void progressIsNoCrashLoop() {
        RunRecord run = steps.start();
        crash(run, 9);
        String worker = steps.worker();
        steps.branch(result(claimAfterBackOff(worker, run.key()), "b"));
        log().leave(worker).block(LONG);
        assertThat(eventuallySwept(run.key())).containsExactly(Change.RECOVERED);
        crash(run, 8);

        RunRecord held = claimAfterBackOff(steps.worker(), run.key());
        steps.after(steps.after(held, Move.ADVANCE), Move.RELEASE);
        crash(run, 9);
        crash(run);
        assertThat(eventuallySwept(run.key())).containsExactly(Change.FAILED);
    }

    @Test
    public void retriesAreNoCrashes() {
        RunRecord run = steps.start();
        crash(run, 9);

        for (int i = 0; i < 3; i++) {
            RunRecord held = claimAfterBackOff(steps.worker(), run.key());
            steps.after(held, i == 1 ? Move.RELEASE : Move.RETRY);
        }

        crash(run);
        assertThat(eventuallySwept(run.key())).containsExactly(Change.FAILED);
    }

    @Test
    public void recoveryBacksOff() {
        RunRecord run = steps.start();
        crash(run, 1);
        assertStands(eventuallyClaimed(run.key()), RunStatus.RUNNING, 3, 0);
        RunRecord other = steps.start();
        crash(other, 7);

        assertThat(sweep(other.key())).isEmpty();
        assertThat(steps.tryClaim(steps.worker(), other.key())).isEmpty();
    }

    @Test
    public void runsOfAnEndedRunAreOrphans() {
        RunRecord parent = steps.startOn(steps.worker());
        RunRecord unwinding = withUndo();
        RunRecord open = steps.startOn(steps.worker());
        RunRecord child = steps.startChild(parent, "");
        RunRecord ended = steps.startChild(parent, "b");
        RunRecord ofUnwinding = steps.startChild(unwinding, "");
        RunRecord ofOpen = steps.startChild(open, "");
        steps.cancel(ended.key());
        assertThat(orphans()).doesNotContain(child.key(), ofUnwinding.key());

        steps.after(parent, Move.COMPLETE);
        steps.cancel(unwinding.key());

        List<RunKey> mine = eventually(log().orphans(ALL)
                .filter(key -> key.tenantId().equals(steps.tenant))
                .collectList()
                .filter(found -> found.size() == 2)
                .flatMapIterable(found -> found));
        assertThat(mine).containsExactlyInAnyOrder(child.key(), ofUnwinding.key());
        assertThat(steps.cancel(child.key()).accepted()).isTrue();
        assertThat(orphans()).doesNotContain(child.key(), ended.key(), ofOpen.key());
    }

    private List<RunKey> orphans() {
        return values(log().orphans(ALL));
    }

    @Test
    public void runsThatAreFurtherAreTold() {
        RunRecord same = steps.start();
        RunRecord further = steps.after(steps.startOn(steps.worker()), Move.ADVANCE);
        RunRecord ended = steps.start();
        steps.cancel(ended.key());
        RunKey missing = steps.key();

        assertThat(values(log().changed(Map.of(same.key(), 0, further.key(), 0, ended.key(), 9, missing, 0))))
                .containsExactlyInAnyOrder(further.key(), ended.key(), missing);
        assertThat(values(log().changed(Map.of(same.key(), 0, further.key(), 1))))
                .isEmpty();
        assertThat(values(log().changed(Map.of()))).isEmpty();
    }

    /** Waits for looks themselves, in real time: the store has no other. */
    @Test
    public void followersShareLooks() {
        CountingRunLog counted = new CountingRunLog(log());
        Worker worker = new Worker(counted, new EngineSettings.Lease(LONG, LONG, LONG), Schedulers.parallel());
        Rounds.Pace pace = new Rounds.Pace(Duration.ofMillis(20), 0, Schedulers.parallel());
        Journals journals = SharedLooksTests.followers(counted, worker, pace);
        List<RunKey> runs =
                Stream.generate(steps::start).limit(3).map(RunRecord::key).toList();
        Disposable following = Flux.range(0, 60)
                .flatMap(i -> journals.follow(runs.get(i % 3), -1), 60)
                .subscribe();

        value(counted.looks.take(2).last());
        int before = counted.asked.get();
        value(counted.looks.take(10).last());
        assertThat(counted.asked.get() - before).isBetween(10, 12);
        following.dispose();
        assertThat(worker.watched()).isZero();
    }

    @Test
    public void journalIsReadInPages() {
        RunRecord held = steps.startOn(steps.worker());
        steps.branch(result(held, "a"));
        steps.branch(result(held, "b"));
        held = steps.after(held, Move.ADVANCE);
        held = steps.after(held, Move.ADVANCE);
        steps.branch(result(held, "open"));

        assertThat(page(held.key(), -1, 2))
                .containsExactlyInAnyOrder("0", "1a", "1b", "1")
                .endsWith("1");
        assertThat(page(held.key(), 1, 1)).containsExactly("2");
        assertThat(page(held.key(), 1, 2)).containsExactly("2", "3open");
        assertThat(page(held.key(), 2, 1)).containsExactly("3open");
        assertThat(page(held.key(), 3, 9)).isEmpty();
        assertThat(page(held.key(), -1, 0)).isEmpty();
        assertThat(page(steps.key(), -1, 9)).isEmpty();
        List<String> all = page(held.key(), -1, 9);
        assertThat(all).startsWith("0").endsWith("1", "2", "3open").hasSize(6);
        assertThat(values(log().journal(held.key(), -1, 9).limitRate(1).take(2)))
                .hasSize(2);
    }

    private List<String> page(RunKey key, int after, int limit) {
        return values(log().journal(key, after, limit).map(entry -> entry.seq() + entry.branch()));
    }

    @Test
    public void runsAreListedTheNewestFirst() {
        RunRecord pending = steps.start();
        RunRecord paused = paused();
        RunRecord done = ended(Move.COMPLETE);
        List<RunRecord> all = eventually(log().page(new Query(steps.tenant, null, null, null, ALL)));
        List<RunRecord> newestFirst = new ArrayList<>(all);
        newestFirst.sort((a, b) -> b.times().createdAt().compareTo(a.times().createdAt()));

        assertThat(all).containsExactlyInAnyOrder(pending, paused, done).isEqualTo(newestFirst);
        assertThat(steps.page(RunStatus.PAUSED, ALL)).containsExactly(paused);
        assertThat(steps.page(RunStatus.FAILED, ALL)).isEmpty();
        assertThat(steps.page(null, 2)).isEqualTo(all.subList(0, 2));
        assertThat(values(log().page(new Query(steps.tenant, steps.code.definition(), null, null, ALL))))
                .isEqualTo(all);
        assertThat(values(log().page(new Query(steps.tenant, id("definition"), null, null, ALL))))
                .isEmpty();
        assertThat(values(log().page(new Query(id("tenant"), steps.code.definition(), null, null, ALL))))
                .isEmpty();
    }

    @Test
    public void runsBelowARunAreListedTheNewestFirst() {
        RunRecord parent = steps.startOn(steps.worker());
        RunRecord other = steps.startOn(steps.worker());
        RunRecord first = steps.startChild(parent, "left");
        RunRecord second = steps.startChild(parent, "right");
        RunKey others = steps.startChild(other, "").key();
        RunRecord ended = steps.after(steps.claim(second.key()), Move.COMPLETE);

        List<RunRecord> both = below(parent.key(), null, ALL);
        assertThat(both)
                .containsExactlyInAnyOrder(ended, first)
                .isSortedAccordingTo(
                        Comparator.comparing((RunRecord run) -> run.times().createdAt())
                                .reversed());
        assertThat(below(parent.key(), RunStatus.COMPLETED, ALL)).containsExactly(ended);
        assertThat(below(parent.key(), null, 1)).isEqualTo(both.subList(0, 1));
        assertThat(below(other.key(), null, ALL)).extracting(RunRecord::key).containsExactly(others);
        assertThat(below(first.key(), null, ALL)).isEmpty();
        assertThat(below(new RunKey(id("tenant"), parent.key().runId()), null, ALL))
                .isEmpty();
        assertThat(value(log().remove(ended.key()))).isTrue();
        assertThat(below(parent.key(), null, ALL)).containsExactly(first);
    }

    private List<RunRecord> below(RunKey parent, @Nullable RunStatus status, int limit) {
        String definition = steps.code.definition();
        Query all = new Query(parent.tenantId(), null, status, parent.runId(), null, limit);
        Query its = new Query(parent.tenantId(), definition, status, parent.runId(), null, limit);
        List<RunRecord> page = values(log().page(all));
        assertThat(values(log().page(its))).isEqualTo(page);
        return page;
    }

    @Test
    public void pagesMissNothingWhileRunsBegin() {
        Set<RunKey> before = new HashSet<>();
        IntStream.range(0, 30).forEach(i -> before.add(steps.start().key()));
        List<RunKey> seen = new ArrayList<>();
        Cursor cursor = null;
        List<RunRecord> page;
        do {
            page = values(log().page(new Query(steps.tenant, null, null, cursor, 7)));
            page.forEach(run -> seen.add(run.key()));
            cursor = page.isEmpty() ? null : cursor(page.get(page.size() - 1));
            steps.start();
        } while (!page.isEmpty());

        assertThat(seen).doesNotHaveDuplicates().containsAll(before);
    }

    private static Cursor cursor(RunRecord run) {
        return new Cursor(run.times().createdAt(), run.key().runId());
    }

    private List<Notice> noticesFor(String reader, RunKey key) {
        return values(log().notices(reader, ALL).filter(notice -> notice.key().equals(key)));
    }

    @Test
    public void eachEntryIsToldUntilItIsSettled() {
        RunRecord held = steps.startOn(steps.worker());
        steps.branch(result(held, "b"));
        RunKey key = steps.after(steps.after(held, Move.ADVANCE), Move.PAUSE).key();
        String reader = id("reader");

        List<Notice> told = noticesFor(reader, key);

        assertThat(told)
                .extracting(Notice::seq, Notice::branch, Notice::code)
                .containsExactly(
                        tuple(0, "", steps.code),
                        tuple(1, "b", steps.code),
                        tuple(1, "", steps.code),
                        tuple(2, "", steps.code));
        log().settle(told.subList(0, 2)).block(LONG);
        assertThat(noticesFor(reader, key)).isEqualTo(told.subList(2, 4));
        log().settle(told).block(LONG);
        assertThat(noticesFor(reader, key)).isEmpty();
        steps.cancel(key);
        assertThat(noticesFor(reader, key)).extracting(Notice::seq).containsExactly(3);
    }

    @Test
    public void movesWithoutAnEntryAreNotTold() {
        RunRecord run = steps.start();
        steps.after(steps.claim(run.key()), Move.RETRY);
        steps.after(steps.claim(run.key()), Move.RELEASE);

        assertThat(noticesFor(id("reader"), run.key())).hasSize(1);
    }

    @Test
    public void noTwoReadersHaveARunsNotices() {
        List<RunKey> runs =
                IntStream.range(0, 20).mapToObj(i -> ended(Move.COMPLETE).key()).toList();

        List<List<Notice>> told = race(Mono.fromSupplier(() -> id("reader"))
                .flatMapMany(reader -> log().notices(reader, ALL))
                .filter(notice -> runs.contains(notice.key()))
                .collectList());

        assertThat(told.stream().flatMap(mine -> mine.stream().map(Notice::key).distinct()))
                .containsExactlyInAnyOrderElementsOf(runs);
        assertThat(told.stream().flatMap(List::stream)).hasSize(40);
        String late = id("reader");
        assertThat(runs).allSatisfy(key -> assertThat(noticesFor(late, key)).isEmpty());
        log().settle(told.stream().flatMap(List::stream).toList()).block(LONG);
        assertThat(runs).allSatisfy(key -> assertThat(noticesFor(late, key)).isEmpty());
    }

    @Test
    public void putMakesARunAsItIs() {
        Instant at = Instant.parse("2026-01-02T03:04:05.678901Z");
        RunRecord.Waiting pause = new RunRecord.Waiting(id("token"), "why", null, at, null);
        RunRecord run = new RunRecord(
                steps.key(),
                steps.code,
                RunStatus.PAUSED,
                new Progress(4, 0, "here", 0, 1, null),
                new Snapshot(0, "{\"at\":9}"),
                pause,
                Lineage.NONE,
                new Times(at, at, null, null),
                null);
        UUID commitId = UUID.randomUUID();

        assertThat(value(log().put(run, commitId))).isTrue();
        assertThat(value(log().put(run, commitId))).isTrue();

        assertThat(steps.load(run.key())).isEqualTo(run);
        assertThat(steps.journal(run.key()))
                .singleElement()
                .extracting(JournalEntry::seq, JournalEntry::kind, JournalEntry::payload)
                .containsExactly(0, Kind.PATCH, "{\"at\":9}");
        assertThat(steps.answer(run.key(), answerTo(run, "r")).accepted()).isTrue();
    }

    private RunRecord changed(RunRecord run, RunStatus status) {
        Progress progress = run.progress();
        return new RunRecord(
                run.key(),
                run.code(),
                status,
                new Progress(progress.epoch(), progress.seq(), "elsewhere", 0, 0, null),
                new Snapshot(0, "{\"patched\":1}"),
                run.pause(),
                run.lineage(),
                run.times(),
                null);
    }

    @Test
    public void putReplacesARunThatIsNotRunning() {
        RunRecord paused = paused();

        assertThat(value(log().put(changed(paused, RunStatus.PAUSED), UUID.randomUUID())))
                .isTrue();

        RunRecord patched = steps.load(paused.key());
        assertThat(patched.status()).isEqualTo(RunStatus.PAUSED);
        assertThat(patched.pause()).isEqualTo(paused.pause());
        assertThat(patched.progress().node()).isEqualTo("elsewhere");
        assertThat(patched.snapshot()).isEqualTo(new Snapshot(2, "{\"patched\":1}"));
        assertThat(kinds(paused.key())).containsExactly(Kind.START, Kind.PAUSE, Kind.PATCH);
        assertThat(value(log().put(changed(paused, RunStatus.PAUSED), UUID.randomUUID())))
                .isFalse();
        assertThat(steps.answer(paused.key(), answerTo(paused, "r")))
                .isEqualTo(new Answered(true, RunStatus.PENDING, 3));
    }

    @Test
    public void putEndsAndReleasesRuns() {
        RunRecord paused = paused();
        RunRecord pending = steps.start();

        assertThat(value(log().put(changed(paused, RunStatus.PENDING), UUID.randomUUID())))
                .isTrue();
        assertThat(value(log().put(changed(pending, RunStatus.FAILED), UUID.randomUUID())))
                .isTrue();

        assertThat(steps.claim(paused.key()).pause()).isNull();
        RunRecord failed = steps.load(pending.key());
        assertThat(failed.status()).isEqualTo(RunStatus.FAILED);
        assertThat(failed.times().completedAt()).isNotNull();
        assertThat(steps.tryClaim(steps.worker(), pending.key())).isEmpty();
    }

    @Test
    public void putLeavesWhatRunsOrHasEnded() {
        RunRecord running = steps.startOn(steps.worker());
        RunRecord ended = ended(Move.COMPLETE);
        RunRecord pending = steps.start();

        assertThat(value(log().put(changed(running, RunStatus.PENDING), UUID.randomUUID())))
                .isFalse();
        assertThat(value(log().put(changed(ended, RunStatus.PENDING), UUID.randomUUID())))
                .isFalse();
        assertThat(value(log().put(changed(pending, RunStatus.RUNNING), UUID.randomUUID())))
                .isFalse();

        assertThat(steps.load(running.key())).isEqualTo(running);
        assertThat(steps.load(ended.key())).isEqualTo(ended);
        assertThat(steps.load(pending.key())).isEqualTo(pending);
    }

    @Test
    public void oneOfSeveralPutsOfASequenceCounts() {
        RunRecord paused = paused();

        List<Boolean> put = race(Mono.defer(() -> log().put(changed(paused, RunStatus.PAUSED), UUID.randomUUID())));

        assertThat(put).containsOnlyOnce(true).hasSize(RACERS);
        assertThat(kinds(paused.key())).containsExactly(Kind.START, Kind.PAUSE, Kind.PATCH);
    }

    @Test
    public void removeForgetsOnlyWhatIsNotUnderWay() {
        RunRecord fresh = steps.start();
        RunRecord running = steps.startOn(steps.worker());
        RunRecord paused = paused();
        RunRecord ended = ended(Move.COMPLETE);

        assertThat(value(log().remove(running.key()))).isFalse();
        assertThat(value(log().remove(paused.key()))).isFalse();
        assertThat(value(log().remove(fresh.key()))).isTrue();
        assertThat(value(log().remove(ended.key()))).isTrue();
        assertThat(value(log().remove(steps.key()))).isTrue();

        assertThat(steps.page(null, ALL)).containsExactlyInAnyOrder(running, paused);
        assertThat(steps.journal(ended.key())).isEmpty();
        assertThat(log().load(fresh.key()).blockOptional(LONG)).isEmpty();
        assertThat(steps.tryClaim(steps.worker(), fresh.key())).isEmpty();
        assertThat(noticesFor(id("reader"), ended.key())).isEmpty();
    }

    @Test
    public void removedRunsKeyIsFree() {
        RunLog.Started first = value(log().start(once("k", "h")));
        assertThat(value(log().remove(first.run().key()))).isTrue();

        assertThat(value(log().start(once("k", "other"))).fresh()).isTrue();
    }

    private void settle(String reader, RunKey... keys) {
        Set<RunKey> mine = Set.of(keys);
        log().notices(reader, ALL)
                .filter(notice -> mine.contains(notice.key()))
                .collectList()
                .flatMap(log()::settle)
                .block(LONG);
    }

    @Test
    public void oldRunsAreForgotten() {
        RunRecord ended = ended(Move.COMPLETE);
        RunRecord untold = ended(Move.FAIL);
        RunRecord paused = paused();
        RunRecord open = steps.startOn(steps.worker());
        RunRecord child = steps.startChild(open, "");
        steps.cancel(child.key());
        String reader = id("reader");
        settle(reader, ended.key(), paused.key(), child.key(), open.key());

        forget().block(LONG);

        assertThat(log().load(ended.key()).blockOptional(LONG)).isEmpty();
        assertThat(steps.journal(ended.key())).isEmpty();
        assertThat(List.of(untold, paused, open))
                .allSatisfy(kept -> assertThat(steps.load(kept.key())).isEqualTo(kept));
        assertThat(steps.load(child.key()).status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(noticesFor(reader, untold.key())).hasSize(2);
    }

    @Test
    public void noticesThatNobodyTakesOffAreForgotten() {
        RunRecord held = steps.startOn(steps.worker());
        steps.branch(result(held, "b"));
        RunRecord later = steps.after(held, Move.ADVANCE);
        afterNoticesAreOld().block(LONG);
        RunRecord ended = steps.after(later, Move.COMPLETE);

        sweep(ended.key());

        String reader = id("reader");
        assertThat(noticesFor(reader, ended.key())).extracting(Notice::seq).containsExactly(2);
        assertThat(steps.journal(ended.key())).hasSize(4);
        settle(reader, ended.key());
        forget().block(LONG);
        assertThat(log().load(ended.key()).blockOptional(LONG)).isEmpty();
    }

    @Test
    public void oldRunsAreForgottenWithNoticesThatNobodyTakesOff() {
        RunRecord ended = ended(Move.COMPLETE);
        RunRecord open = steps.start();
        afterNoticesAreOld().block(LONG);
        RunRecord young = ended(Move.COMPLETE);

        forget().block(LONG);

        String reader = id("reader");
        assertThat(log().load(ended.key()).blockOptional(LONG)).isEmpty();
        assertThat(noticesFor(reader, open.key())).isEmpty();
        assertThat(steps.load(young.key())).isEqualTo(young);
        assertThat(noticesFor(reader, young.key())).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 13, 21, 34})
    public void cancelledSubscriberLeavesNothingHalf(int spins) {
        RunRecord held = steps.startOn(steps.worker());
        for (int i = 0; i < 10; i++) {
            RunRecord before = steps.load(held.key());
            Mono<Verdict> advance = log().commit(transition(before, Move.ADVANCE));
            int wait = spins * i * 100;
            Mono.firstWithSignal(
                            advance.then().subscribeOn(Schedulers.boundedElastic()),
                            Mono.<Void>fromRunnable(() -> spin(wait)).subscribeOn(Schedulers.boundedElastic()))
                    .block(LONG);
        }
        complete(held.key());
        List<JournalEntry> journal = steps.journal(held.key());

        JournalInvariants.check(steps.load(held.key()), journal);
        assertThat(noticesFor(id("reader"), held.key())).hasSize(journal.size());
    }

    /** What looks at rest may still be written to, and then it is another run that is to be completed. */
    private void complete(RunKey key) {
        Verdict verdict = Verdict.FENCED;
        for (int tries = 0; verdict == Verdict.FENCED && tries < RACERS; tries++) {
            verdict = steps.commit(transition(eventuallyAtRest(key), Move.COMPLETE));
        }
        assertThat(verdict).isEqualTo(Verdict.COMMITTED);
    }

    /** A write whose subscriber is gone may still be under way. */
    private RunRecord eventuallyAtRest(RunKey key) {
        RunRecord before;
        RunRecord after = steps.load(key);
        do {
            before = after;
            afterShortTime().block(LONG);
            after = steps.load(key);
        } while (!after.equals(before));
        return after;
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }

    static Stream<String> payloads() {
        return Stream.of(
                "{\"text\":\"" + "a".repeat(1024 * 1024) + "\"}",
                "{\"nul\":\"\\u0000\",\"lone\":\"\\ud800\",\"name\\u0000\":1}",
                "{\"text\":\"Grüße 🌍 \\n \\\" ' \\\\ $1 ? %s :x\"}",
                "{\"@class\":\"java.lang.Runtime\",\"n\":12345678901234567890.123456789}",
                "null",
                "{}");
    }

    @ParameterizedTest
    @MethodSource("payloads")
    public void jsonIsGivenBackAsItWas(String json) {
        RunRecord held = steps.startOn(steps.worker());
        steps.branch(new RunLog.BranchResult(RunSteps.guard(held), "b", UUID.randomUUID(), json, null));
        RunRecord paused = steps.after(transition(
                held,
                Move.PAUSE,
                new Body(json, json, null, 0),
                new Schedule(null, null, new Transition.Asked(id("token"), "r\u00fc 🌍", json, null))));
        steps.answer(
                paused.key(), new Answer(Objects.requireNonNull(paused.pause()).token(), "r", json, UUID.randomUUID()));

        assertThat(paused.snapshot().json()).isEqualTo(json);
        assertThat(Objects.requireNonNull(paused.pause()).spec()).isEqualTo(json);
        assertThat(steps.journal(held.key()).stream().skip(1))
                .hasSize(3)
                .allSatisfy(entry -> assertThat(entry.payload()).isEqualTo(json));
    }

    @ParameterizedTest
    @ValueSource(strings = {"🌍", "Grüße", "a b", "'%_*:{}\\\"", "A", "a", "{x}", "a|b", "a/b@c"})
    public void idsAreTakenAsTheyAre(String odd) {
        RunKey key = new RunKey(steps.tenant + odd, id("run") + odd);
        Code code = new Code(steps.code.definition() + odd, odd);
        String queue = steps.queue + odd;
        String worker = id("worker") + odd;
        log().register(worker, NEVER).block(LONG);
        NewRun.Terms terms = new NewRun.Terms(UUID.randomUUID(), queue, 1, null, null, null);
        NewRun run = new NewRun(
                key, code, odd, new NewRun.Content("{}", "{}"), new NewRun.Once(odd, odd), Lineage.NONE, terms);
        steps.start(run);

        RunRecord held = values(log().claim(new RunLog.Claim(worker, queue, Set.of(code), null, 9)))
                .get(0);
        steps.branch(result(held, odd));
        steps.after(held, Move.PAUSE);
        steps.answer(key, answerTo(steps.load(key), odd));

        assertThat(held.key()).isEqualTo(key);
        assertThat(held.code()).isEqualTo(code);
        assertThat(held.progress().node()).isEqualTo(odd);
        assertThat(page(key, -1, 9)).containsExactly("0", "1" + odd, "1", "2");
        assertThat(steps.journal(key).get(3).requestId()).isEqualTo(odd);
        assertThat(values(log().page(new Query(key.tenantId(), code.definition(), null, null, 9))))
                .hasSize(1);
    }
}
