package io.cortexreactive.durable;

import static io.cortexreactive.durable.RunSteps.answerTo;
import static io.cortexreactive.durable.RunSteps.id;
import static io.cortexreactive.durable.RunSteps.transition;
import static io.cortexreactive.durable.RunSteps.value;
import static io.cortexreactive.durable.RunSteps.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunLog.Answered;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Parent;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The part of {@link RunStoreContract} about runs that wait when their deadline comes. */
abstract class RunDeadlineContract extends RunQueueContract {

    private static final int RACES = 20;

    private Terms within(Duration deadline, @Nullable String worker) {
        return new Terms(UUID.randomUUID(), steps.queue, 100, deadline, null, worker);
    }

    private RunRecord begin(Terms terms) {
        return steps.start(steps.run(steps.key(), null, Lineage.NONE, terms));
    }

    /** A run that a worker has, and whose deadline has come. */
    private RunRecord lateOn(String worker) {
        return begin(within(Duration.ZERO, worker));
    }

    private RunRecord latePause() {
        return steps.after(lateOn(steps.worker()), Move.PAUSE);
    }

    private Flux<Change> expiry(RunKey key) {
        return Flux.defer(() -> log().expire(ALL, LATE))
                .filter(ended -> ended.key().equals(key))
                .map(Swept::change);
    }

    private List<Change> expire(RunKey key) {
        return values(expiry(key));
    }

    private void assertFailsOnce(RunRecord waiting) {
        RunKey key = waiting.key();

        assertThat(expire(key)).containsExactly(Change.FAILED);

        RunRecord failed = steps.load(key);
        int seq = waiting.progress().seq() + 1;
        assertStands(failed, RunStatus.FAILED, waiting.progress().epoch() + 1, seq);
        assertThat(failed.error()).isEqualTo(LATE);
        assertThat(failed.pause()).isNull();
        List<JournalEntry> journal = steps.journal(key);
        assertThat(journal.get(journal.size() - 1))
                .extracting(JournalEntry::seq, JournalEntry::kind, JournalEntry::error)
                .containsExactly(seq, Kind.TERMINAL, LATE);
        JournalInvariants.check(failed, journal);
        assertThat(expire(key)).isEmpty();
        assertThat(sweep(key)).isEmpty();
        assertThat(steps.tryClaim(steps.worker(), key)).isEmpty();
    }

    /** Longer than any clock goes, or any number of milliseconds. */
    private static final Duration ENDLESS = Duration.ofSeconds(Long.MAX_VALUE);

    private static void assertFarAway(@Nullable Instant until) {
        assertThat(until).isNotNull();
        assertThat(Duration.between(Instant.now(), until)).isBetween(Duration.ofDays(36_000), Schedule.LONGEST);
    }

    @Test
    public void timesThatAreTooLongForAnyClockCountAsTheLongest() {
        RunRecord delayed = begin(new Terms(UUID.randomUUID(), steps.queue, 100, ENDLESS, ENDLESS, null)
                .withDelay(Duration.ofDays(300_000 * 365L)));
        RunRecord held = begin(new Terms(UUID.randomUUID(), steps.queue, 100, ENDLESS, ENDLESS, steps.worker()));

        assertFarAway(steps.load(delayed.key()).times().deadlineAt());
        assertThat(steps.tryClaim(steps.worker(), delayed.key())).isEmpty();
        assertFarAway(held.times().deadlineAt());
        RunRecord paused = steps.after(transition(held, Move.PAUSE, Body.NONE, RunSteps.asked(ENDLESS)));
        assertFarAway(Objects.requireNonNull(paused.pause()).until());
    }

    @Test
    public void delayThatIsTooLongForAnyClockIsWhole() {
        RunRecord held = steps.startOn(steps.worker());

        RunRecord waiting = steps.after(transition(held, Move.TIMER, Body.NONE, new Schedule(ENDLESS, ENDLESS, null)));

        assertStands(waiting, RunStatus.PENDING, held.progress().epoch() + 1, 1);
        JournalInvariants.check(waiting, steps.journal(waiting.key()));
        assertThat(sweep(waiting.key())).isEmpty();
        assertThat(steps.tryClaim(steps.worker(), waiting.key())).isEmpty();
    }

    @Test
    public void workerMayLiveForAsLongAsItLikes() {
        String worker = steps.worker(ENDLESS);

        assertThat(value(log().beat(worker, ENDLESS, false, Map.of())).alive()).isTrue();
        assertThat(steps.startOn(worker).status()).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    public void pendingRunFailsWhenItsDeadlineComes() {
        assertFailsOnce(begin(within(Duration.ZERO, null)));
    }

    @Test
    public void delayedRunFailsWhenItsDeadlineComes() {
        assertFailsOnce(begin(within(Duration.ZERO, null).withDelay(RunSteps.NEVER)));
    }

    @Test
    public void runThatBacksOffFailsWhenItsDeadlineComes() {
        RunRecord held = lateOn(steps.worker());

        assertFailsOnce(steps.after(transition(held, Move.RETRY, Body.NONE, RunSteps.in(RunSteps.NEVER))));
    }

    @Test
    public void pausedRunFailsWhenItsDeadlineComes() {
        RunRecord paused = latePause();

        assertFailsOnce(paused);

        assertThat(steps.answer(paused.key(), answerTo(paused, "late")))
                .isEqualTo(new Answered(false, RunStatus.FAILED, 2));
        assertThat(steps.cancel(paused.key())).isEqualTo(new Cancelled(false, RunStatus.FAILED, 2));
    }

    @Test
    public void deadlineComesInItsTime() {
        RunRecord soon = begin(within(shortTime(), null));
        RunRecord later = begin(within(RunSteps.NEVER.multipliedBy(1_000), null));
        RunRecord never = steps.start();

        assertThat(values(eventuallyExpired(soon.key()))).containsExactly(Change.FAILED);

        assertThat(List.of(later, never))
                .extracting(run -> steps.load(run.key()).status())
                .containsOnly(RunStatus.PENDING);
    }

    private Flux<Change> eventuallyExpired(RunKey key) {
        assertThat(expire(key)).isEmpty();
        return Flux.fromIterable(eventually(expiry(key)));
    }

    @Test
    public void runUnderWayIsLeftToItsWorker() {
        RunRecord held = lateOn(steps.worker());

        assertThat(expire(held.key())).isEmpty();

        assertThat(steps.load(held.key())).isEqualTo(held);
        assertThat(steps.commit(transition(held, Move.COMPLETE))).isEqualTo(Verdict.COMMITTED);
        assertThat(expire(held.key())).isEmpty();
    }

    @Test
    public void runWhoseWorkerIsGoneFailsOnceItIsRecovered() {
        String worker = steps.worker();
        RunRecord held = lateOn(worker);
        log().leave(worker).block(RunSteps.LONG);

        assertThat(eventuallySwept(held.key())).containsExactly(Change.RECOVERED);

        assertFailsOnce(steps.load(held.key()));
    }

    @Test
    public void lateRunCompensatesFirstAndTakesItsTimeForThat() {
        RunRecord held =
                steps.after(transition(lateOn(steps.worker()), Move.ADVANCE, RunSteps.body(null, 1), Schedule.NONE));
        RunKey key = steps.after(held, Move.RETRY).key();

        assertThat(expire(key)).containsExactly(Change.UNWINDING);

        RunRecord unwinding = steps.load(key);
        assertThat(unwinding.status()).isEqualTo(RunStatus.PENDING);
        assertThat(unwinding.progress().outcome()).isEqualTo(RunStatus.FAILED);
        assertThat(unwinding.error()).isEqualTo(LATE);
        assertThat(expire(key)).isEmpty();
        RunRecord undone = steps.after(transition(steps.claim(key), Move.UNDO, RunSteps.body(null, -1), Schedule.NONE));
        assertThat(steps.after(undone, Move.FAIL).status()).isEqualTo(RunStatus.FAILED);
        assertThat(kinds(key)).containsExactly(Kind.START, Kind.NODE, Kind.UNWIND, Kind.UNDO, Kind.TERMINAL);
    }

    @Test
    public void whoWaitsForALateRunGoesOn() {
        RunRecord parent = steps.startOn(steps.worker());
        Parent from = new Parent(parent.key().runId(), 1, "");
        RunRecord child =
                steps.start(steps.run(steps.key(), null, new Lineage(from, null, 0), within(Duration.ZERO, null)));
        steps.after(parent, Move.PARK);

        assertThat(expire(child.key())).containsExactly(Change.FAILED);

        assertStands(eventuallyClaimed(parent.key()), RunStatus.RUNNING, 3, 0);
    }

    @Test
    public void lateRunEndsOnceHoweverManyLook() {
        RunRecord run = begin(within(Duration.ZERO, null));

        List<List<Change>> ended = race(expiry(run.key()).collectList());

        assertThat(ended.stream().flatMap(List::stream)).containsExactly(Change.FAILED);
        assertThat(kinds(run.key())).containsExactly(Kind.START, Kind.TERMINAL);
    }

    /** Whether each of these did what it tried, all at once. */
    private static List<Boolean> compete(List<Mono<Boolean>> attempts) {
        return value(Flux.fromIterable(attempts)
                .flatMapSequential(attempt -> attempt.subscribeOn(Schedulers.boundedElastic()), attempts.size())
                .collectList());
    }

    @Test
    public void oneOfClaimAndDeadlineWins() {
        for (int i = 0; i < RACES; i++) {
            RunRecord run = begin(within(Duration.ZERO, null));
            String worker = steps.worker();
            Mono<Boolean> claim = Flux.defer(() -> log().claim(steps.claimOf(worker, run.key())))
                    .hasElements();

            List<Boolean> won = compete(List.of(claim, expiry(run.key()).hasElements()));

            assertThat(won).containsExactlyInAnyOrder(true, false);
            assertThat(steps.load(run.key()).status()).isEqualTo(won.get(0) ? RunStatus.RUNNING : RunStatus.FAILED);
        }
    }

    @Test
    public void oneOfDeadlineAndCancelWinsAndAnAnswerCountsOnlyBefore() {
        for (int i = 0; i < RACES; i++) {
            RunRecord paused = latePause();
            RunKey key = paused.key();
            Mono<Boolean> answer = Mono.defer(() -> log().answer(key, answerTo(paused, id("request"))))
                    .map(Answered::accepted);
            Mono<Boolean> cancel =
                    Mono.defer(() -> log().cancel(key, UUID.randomUUID())).map(Cancelled::accepted);

            List<Boolean> won = compete(List.of(answer, expiry(key).hasElements(), cancel));

            assertThat(won.subList(1, 3)).containsExactlyInAnyOrder(true, false);
            assertThat(steps.load(key).status()).isEqualTo(won.get(1) ? RunStatus.FAILED : RunStatus.CANCELLED);
            assertThat(kinds(key))
                    .isEqualTo(
                            won.get(0)
                                    ? List.of(Kind.START, Kind.PAUSE, Kind.INPUT, Kind.TERMINAL)
                                    : List.of(Kind.START, Kind.PAUSE, Kind.TERMINAL));
            JournalInvariants.check(steps.load(key), steps.journal(key));
        }
    }
}
