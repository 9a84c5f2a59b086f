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
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.NewRun.Terms;
import io.cortexreactive.durable.RunLog.Beat;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Claim;
import io.cortexreactive.durable.RunLog.Query;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The part of {@link RunStoreContract} about beginning runs, owning them, and committing what their owners do. */
abstract class RunOwnershipContract {

    static final int RACERS = 16;
    static final int ALL = 10_000;

    /** Why runs fail whose deadline has come. */
    protected static final ErrorInfo LATE = new ErrorInfo("late", "Its time is up.", false);

    final RunSteps steps = new RunSteps(this::log);

    /** The store; each call may give another client of the same one. */
    protected abstract RunLog log();

    /** Purges the store, as if all that has ended had ended long ago. */
    protected abstract Mono<Void> forget();

    /** Has the store end what waits for too long, as if all that is paused had been for longer than it may be. */
    protected abstract Mono<Void> giveUpPauses();

    /** A time of which tests wait for the end. */
    protected abstract Duration shortTime();

    /** Completes when such a time is over, or a part of it. */
    protected abstract Mono<Void> afterShortTime();

    /** Completes when a minute is over for runs that are put off, be it that their store's clock is set forward. */
    protected abstract Mono<Void> afterAMinute();

    /** Completes when the notices there are are older than they are kept, be it that their time is set back. */
    protected abstract Mono<Void> afterNoticesAreOld();

    /** What each of some gets that try at once. */
    static <T> List<T> race(Mono<T> attempt) {
        return value(Flux.range(0, RACERS)
                .flatMap(racer -> attempt.subscribeOn(Schedulers.boundedElastic()), RACERS)
                .collectList());
    }

    /** Tries until there is something. */
    <T> List<T> eventually(Flux<T> attempt) {
        return value(attempt.collectList()
                .filter(found -> !found.isEmpty())
                .repeatWhenEmpty(
                        tries -> tries.concatMap(again -> afterShortTime().thenReturn(again))));
    }

    List<Change> sweep(RunKey key) {
        return values(log().sweep(ALL).filter(swept -> swept.key().equals(key)).map(Swept::change));
    }

    List<Change> eventuallySwept(RunKey key) {
        return eventually(
                log().sweep(ALL).filter(swept -> swept.key().equals(key)).map(Swept::change));
    }

    RunRecord eventuallyClaimed(RunKey key) {
        String worker = steps.worker();
        return eventually(log().sweep(ALL).thenMany(log().claim(steps.claimOf(worker, key))))
                .get(0);
    }

    static void assertStands(RunRecord run, RunStatus status, long epoch, int seq) {
        assertThat(run)
                .extracting(
                        RunRecord::status,
                        is -> is.progress().epoch(),
                        is -> is.progress().seq())
                .containsExactly(status, epoch, seq);
    }

    List<Kind> kinds(RunKey key) {
        return steps.journal(key).stream().map(JournalEntry::kind).toList();
    }

    RunRecord paused() {
        return steps.after(steps.startOn(steps.worker()), Move.PAUSE);
    }

    RunRecord ended(Move move) {
        return steps.after(steps.startOn(steps.worker()), move);
    }

    /** A run with something to undo, still in its owner's hands. */
    RunRecord withUndo() {
        RunRecord held = steps.startOn(steps.worker());
        return steps.after(transition(held, Move.ADVANCE, body(null, 2), Schedule.NONE));
    }

    @Test
    public void runBeginsPending() {
        NewRun asked = steps.run(steps.key(), null, Lineage.NONE, steps.terms(null, null));

        Started started = value(log().start(asked));

        assertThat(started.fresh()).isTrue();
        RunRecord run = started.run();
        assertStands(run, RunStatus.PENDING, 0, 0);
        assertThat(run.code()).isEqualTo(steps.code);
        assertThat(run.progress()).isEqualTo(new Progress(0, 0, "first", 0, 0, null));
        assertThat(run.snapshot()).isEqualTo(new Snapshot(0, "{\"at\":0}"));
        assertThat(run.pause()).isNull();
        assertThat(run.lineage()).isEqualTo(Lineage.NONE);
        assertThat(run.times().startedAt()).isNull();
        assertThat(run.error()).isNull();
        assertThat(steps.load(run.key())).isEqualTo(run);
        JournalEntry start = steps.journal(run.key()).get(0);
        assertThat(start)
                .extracting(JournalEntry::seq, JournalEntry::branch, JournalEntry::kind, JournalEntry::payload)
                .containsExactly(0, "", Kind.START, "{\"in\":1}");
        assertThat(start.commit().id()).isEqualTo(asked.terms().commitId());
    }

    @Test
    public void runMayBeginInItsWorkersHands() {
        RunRecord run = steps.startOn(steps.worker());

        assertStands(run, RunStatus.RUNNING, 1, 0);
        assertThat(run.progress().attempts()).isEqualTo(1);
        assertThat(run.times().startedAt()).isNotNull();
        assertThat(steps.tryClaim(steps.worker(), run.key())).isEmpty();
        assertThat(steps.commit(transition(run, Move.ADVANCE))).isEqualTo(Verdict.COMMITTED);
    }

    @Test
    public void runOfAWorkerThatIsGoneBeginsPending() {
        String worker = steps.worker();
        log().leave(worker).block(LONG);

        assertStands(steps.startOn(worker), RunStatus.PENDING, 0, 0);
        assertStands(steps.startOn(id("nobody")), RunStatus.PENDING, 0, 0);
    }

    @Test
    public void lineageAndDeadlineAreKept() {
        RunRecord parent = steps.start();
        Lineage forked = new Lineage(null, parent.key().runId(), 3);
        Terms terms = new Terms(UUID.randomUUID(), steps.queue, 5, Duration.ofHours(1), null, null);

        RunRecord fork = steps.start(steps.run(steps.key(), null, forked, terms));
        RunRecord child = steps.startChild(parent, "left");

        assertThat(steps.load(fork.key()).lineage()).isEqualTo(forked);
        assertThat(steps.load(fork.key()).times().deadlineAt())
                .isEqualTo(fork.times().createdAt().plus(Duration.ofHours(1)));
        assertThat(steps.load(child.key()).lineage())
                .isEqualTo(new Lineage(new RunRecord.Parent(parent.key().runId(), 1, "left"), null, 0));
    }

    @Test
    public void startThatIsSentAgainBeginsOneRun() {
        NewRun asked = steps.run(steps.key(), null, Lineage.NONE, steps.terms(null, null));

        List<Started> started = race(Mono.defer(() -> log().start(asked)));

        assertThat(started).extracting(one -> one.run().key()).containsOnly(asked.key());
        assertThat(kinds(asked.key())).containsExactly(Kind.START);
        assertThatThrownBy(() -> steps.start(steps.run(asked.key(), null, Lineage.NONE, steps.terms(null, null))))
                .isInstanceOf(StoreFailedException.class);
    }

    NewRun once(String idempotencyKey, String hash) {
        return steps.run(steps.key(), new Once(idempotencyKey, hash), Lineage.NONE, steps.terms(null, null));
    }

    @Test
    public void oneOfSeveralStartsUnderAnIdempotencyKeyCounts() {
        List<Started> started = race(Mono.defer(() -> log().start(once("k", "h"))));

        assertThat(started).extracting(Started::fresh).containsOnlyOnce(true).hasSize(RACERS);
        assertThat(started)
                .extracting(one -> one.run().key())
                .containsOnly(started.get(0).run().key());
        assertThat(steps.page(null, ALL)).hasSize(1);
    }

    @Test
    public void otherInputUnderAnIdempotencyKeyIsRefused() {
        steps.start(once("k", "h"));

        assertThatThrownBy(() -> steps.start(once("k", "other"))).isInstanceOf(IdempotencyConflictException.class);
        assertThat(steps.page(null, ALL)).hasSize(1);
        assertThat(value(log().start(once("k2", "other"))).fresh()).isTrue();
    }

    @Test
    public void idempotencyKeysAreOfATenantAndADefinition() {
        RunRecord first = steps.start(once("k", "h"));
        NewRun mine = once("k", "other");

        NewRun ofAnother = new NewRun(
                new RunKey(id("tenant"), id("run")),
                mine.code(),
                "first",
                mine.content(),
                mine.once(),
                Lineage.NONE,
                steps.terms(null, null));
        NewRun another = new NewRun(
                steps.key(),
                new Code(id("definition"), "1"),
                "first",
                mine.content(),
                mine.once(),
                Lineage.NONE,
                steps.terms(null, null));
        NewRun newer = new NewRun(
                steps.key(),
                new Code(steps.code.definition(), "2"),
                "first",
                mine.content(),
                new Once("k", "h"),
                Lineage.NONE,
                steps.terms(null, null));

        assertThat(value(log().start(ofAnother)).fresh()).isTrue();
        assertThat(value(log().start(another)).fresh()).isTrue();
        assertThat(value(log().start(newer)).run().key()).isEqualTo(first.key());
    }

    @Test
    public void nothingHappensBeforeASubscription() {
        RunRecord run = steps.start();
        Mono<Cancelled> cancel = log().cancel(run.key(), UUID.randomUUID());
        Flux<RunRecord> claim = log().claim(steps.claimOf(steps.worker(), run.key()));

        assertThat(steps.load(run.key())).isEqualTo(run);
        assertThat(values(claim)).hasSize(1);
        assertThat(value(cancel).accepted()).isTrue();
    }

    @Test
    public void anotherTenantsRunIsNotFound() {
        RunRecord run = steps.startOn(steps.worker());
        RunRecord paused = paused();
        RunKey others = new RunKey(id("tenant"), run.key().runId());
        RunKey nobodys = new RunKey("", paused.key().runId());

        for (RunKey key : List.of(others, nobodys)) {
            assertThat(log().load(key).blockOptional(LONG)).isEmpty();
            assertThat(values(log().journal(key, -1, ALL))).isEmpty();
            assertThat(log().cancel(key, UUID.randomUUID()).blockOptional(LONG)).isEmpty();
            assertThat(log().answer(key, answerTo(paused, "r")).blockOptional(LONG))
                    .isEmpty();
            assertThat(values(log().claim(steps.claimOf(steps.worker(), key)))).isEmpty();
            Guard guard = new Guard(key, 1, 0);
            assertThat(steps.commit(new Transition(
                            guard, UUID.randomUUID(), Move.COMPLETE, null, null, Body.NONE, Schedule.NONE)))
                    .isEqualTo(Verdict.FENCED);
            assertThat(steps.branch(new BranchResult(guard, "b", UUID.randomUUID(), null, null)))
                    .isEqualTo(Verdict.FENCED);
            log().remove(key).block(LONG);
            assertThat(values(log().page(new Query(key.tenantId(), steps.code.definition(), null, null, ALL))))
                    .isEmpty();
        }
        assertThat(steps.load(run.key())).isEqualTo(run);
        assertThat(steps.load(paused.key())).isEqualTo(paused);
    }

    @Test
    public void claimTakesTheMostUrgentThatTheWorkerCanRun() {
        String worker = steps.worker();
        RunKey later = steps.key();
        RunKey urgent = steps.key();
        RunRecord first = steps.start();
        RunRecord second = steps.start();
        steps.start(
                steps.run(later, null, Lineage.NONE, new Terms(UUID.randomUUID(), steps.queue, 101, null, null, null)));
        steps.start(
                steps.run(urgent, null, Lineage.NONE, new Terms(UUID.randomUUID(), steps.queue, 1, null, null, null)));

        Set<Code> codes = Set.of(steps.code);
        assertThat(values(log().claim(new Claim(worker, steps.queue, Set.of(), null, 9))))
                .isEmpty();
        assertThat(values(log().claim(new Claim(
                        worker, steps.queue, Set.of(new Code(steps.code.definition(), "2")), null, 9))))
                .isEmpty();
        assertThat(values(log().claim(new Claim(worker, id("queue"), codes, null, 9))))
                .isEmpty();
        List<RunRecord> claimed = values(log().claim(new Claim(worker, steps.queue, codes, null, 3)));

        assertThat(claimed).extracting(RunRecord::key).containsExactlyInAnyOrder(urgent, first.key(), second.key());
        assertThat(claimed).allSatisfy(run -> assertStands(run, RunStatus.RUNNING, 1, 0));
        assertThat(values(log().claim(new Claim(worker, steps.queue, codes, null, 9))))
                .extracting(RunRecord::key)
                .containsExactly(later);
    }

    @Test
    public void oneOfSeveralWorkersGetsARun() {
        RunRecord run = steps.start();

        List<List<RunRecord>> claimed = race(Mono.fromCallable(steps::worker)
                .flatMapMany(worker -> log().claim(steps.claimOf(worker, null)))
                .collectList());

        assertThat(claimed.stream().flatMap(List::stream))
                .singleElement()
                .satisfies(got -> assertStands(got, RunStatus.RUNNING, 1, 0));
        assertStands(steps.load(run.key()), RunStatus.RUNNING, 1, 0);
    }

    @Test
    public void manyRunsAreClaimedOnce() {
        List<RunKey> runs =
                IntStream.range(0, 100).mapToObj(i -> steps.start().key()).toList();

        List<List<RunRecord>> claimed = race(Mono.fromCallable(steps::worker)
                .flatMapMany(worker -> log().claim(new Claim(worker, steps.queue, Set.of(steps.code), null, 9))
                        .repeat(3))
                .collectList());
        List<RunRecord> rest = values(log().claim(steps.claimOf(steps.worker(), null)));

        assertThat(Stream.concat(claimed.stream().flatMap(List::stream), rest.stream())
                        .map(RunRecord::key))
                .containsExactlyInAnyOrderElementsOf(runs);
    }

    @Test
    public void workerThatDoesNotLiveClaimsNothing() {
        RunRecord run = steps.start();
        String draining = steps.worker();
        String gone = steps.worker();
        value(log().beat(draining, NEVER, true, Map.of()));
        log().leave(gone).block(LONG);

        for (String worker : List.of(draining, gone, id("nobody"))) {
            assertThat(steps.tryClaim(worker, run.key())).isEmpty();
        }
        assertThat(steps.claim(run.key()).progress().epoch()).isEqualTo(1);
    }

    @Test
    public void workerWhoseTimeIsOverHasLostEverything() {
        String late = steps.worker(shortTime());
        RunRecord run = steps.startOn(late);

        assertThat(eventuallySwept(run.key())).containsExactly(Change.RECOVERED);

        Map<RunKey, Long> held = Map.of(run.key(), 1L);
        assertThat(value(log().beat(late, NEVER, false, held))).isEqualTo(new Beat(false, held.keySet()));
        assertThat(steps.tryClaim(late, run.key())).isEmpty();
        log().register(late, NEVER).onErrorComplete().block(LONG);
        assertThat(steps.tryClaim(late, run.key())).isEmpty();
        assertThat(steps.commit(transition(run, Move.ADVANCE))).isEqualTo(Verdict.FENCED);
        assertThat(eventuallyClaimed(run.key()).progress().epoch()).isEqualTo(3);
    }

    @Test
    public void workerIsToldTheTimeOfTheStore() {
        String worker = id("worker");
        Instant before = value(log().register(worker, NEVER));
        RunRecord run = steps.startOn(worker);
        Instant after = value(log().register(id("worker"), NEVER));

        assertThat(run.times().createdAt()).isBetween(before, after);
    }

    @Test
    public void beatsKeepAWorkerAlive() {
        String worker = steps.worker(shortTime());
        RunRecord run = steps.startOn(worker);
        RunRecord cancelled = steps.startOn(worker);
        RunRecord claimedAgain = steps.startOn(worker);
        steps.cancel(cancelled.key());
        steps.claim(worker, steps.after(claimedAgain, Move.RELEASE).key());
        RunKey none = steps.key();

        Beat beat = value(log().beat(
                        worker,
                        NEVER,
                        false,
                        Map.of(run.key(), 1L, cancelled.key(), 1L, claimedAgain.key(), 1L, none, 1L)));
        RunRecord late = steps.startOn(steps.worker(shortTime()));
        assertThat(eventuallySwept(late.key())).containsExactly(Change.RECOVERED);

        assertThat(beat.alive()).isTrue();
        assertThat(beat.lost()).containsExactlyInAnyOrder(cancelled.key(), claimedAgain.key(), none);
        assertThat(sweep(run.key())).isEmpty();
        assertThat(value(log().beat(worker, NEVER, false, Map.of(run.key(), 1L))))
                .isEqualTo(new Beat(true, Set.of()));
        assertThat(steps.commit(transition(run, Move.ADVANCE))).isEqualTo(Verdict.COMMITTED);
    }

    @Test
    public void workerThatDrainsKeepsItsRuns() {
        String worker = steps.worker();
        RunRecord run = steps.startOn(worker);

        assertThat(value(log().beat(worker, NEVER, true, Map.of(run.key(), 1L))))
                .isEqualTo(new Beat(true, Set.of()));

        assertThat(sweep(run.key())).isEmpty();
        assertThat(steps.commit(transition(run, Move.ADVANCE))).isEqualTo(Verdict.COMMITTED);
    }

    @Test
    public void nobodyIsAliveWhoWasNeverRegistered() {
        assertThat(value(log().beat(id("nobody"), NEVER, false, Map.of())).alive())
                .isFalse();
    }

    @Test
    public void advanceGoesOnInTheSameHands() {
        RunRecord held = steps.startOn(steps.worker());
        Body body = new Body("{\"out\":1}", "{\"at\":1}", null, 1);

        RunRecord after = steps.after(transition(held, Move.ADVANCE, body, Schedule.NONE));

        assertStands(after, RunStatus.RUNNING, 1, 1);
        assertThat(after.progress()).isEqualTo(new Progress(1, 1, "next", 0, 1, null));
        assertThat(after.snapshot()).isEqualTo(new Snapshot(1, "{\"at\":1}"));
        JournalEntry entry = steps.journal(held.key()).get(1);
        assertThat(entry)
                .extracting(JournalEntry::seq, JournalEntry::kind, JournalEntry::node, JournalEntry::payload)
                .containsExactly(1, Kind.NODE, "node", "{\"out\":1}");
        assertThat(entry.commit().epoch()).isEqualTo(1);
    }

    @Test
    public void whatIsNotWrittenStays() {
        RunRecord held = steps.startOn(steps.worker());
        Transition bare = new Transition(
                RunSteps.guard(held), UUID.randomUUID(), Move.ADVANCE, "node", null, Body.NONE, Schedule.NONE);

        RunRecord after = steps.after(bare);

        assertThat(after.progress().node()).isEqualTo("first");
        assertThat(after.snapshot()).isEqualTo(held.snapshot());
        assertThat(steps.journal(held.key()).get(1).payload()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    public void nothingIsCommittedUnderAnotherGuard(Move move) {
        RunRecord held = steps.after(steps.startOn(steps.worker()), Move.ADVANCE);
        RunRecord pending = steps.start();
        Guard guard = RunSteps.guard(held);
        List<Guard> wrong = List.of(
                new Guard(held.key(), guard.epoch() - 1, guard.seq()),
                new Guard(held.key(), guard.epoch() + 1, guard.seq()),
                new Guard(held.key(), guard.epoch(), guard.seq() - 1),
                new Guard(held.key(), guard.epoch(), guard.seq() + 1),
                RunSteps.guard(pending),
                RunSteps.guard(paused()),
                RunSteps.guard(ended(Move.COMPLETE)),
                new Guard(steps.key(), 1, 0));
        Transition made = transition(held, move);

        for (Guard other : wrong) {
            assertThat(steps.commit(new Transition(
                            other, UUID.randomUUID(), move, "node", "next", made.body(), made.schedule())))
                    .as("%s", other)
                    .isEqualTo(Verdict.FENCED);
        }
        assertThat(steps.load(held.key())).isEqualTo(held);
        assertThat(steps.load(pending.key())).isEqualTo(pending);
    }

    @Test
    public void commitThatIsSentAgainIsAnsweredAsItWas() {
        RunRecord held = steps.startOn(steps.worker());
        Transition advance = transition(held, Move.ADVANCE);

        assertThat(race(Mono.defer(() -> log().commit(advance)))).containsOnly(Verdict.COMMITTED);
        Transition end = transition(steps.load(held.key()), Move.COMPLETE);
        assertThat(race(Mono.defer(() -> log().commit(end)))).containsOnly(Verdict.COMMITTED);

        assertThat(steps.commit(advance)).isEqualTo(Verdict.COMMITTED);
        assertThat(kinds(held.key())).containsExactly(Kind.START, Kind.NODE, Kind.TERMINAL);
    }

    @Test
    public void oneOfSeveralCommitsAtOnceIsMade() {
        RunRecord held = steps.startOn(steps.worker());

        List<Verdict> verdicts = race(Mono.defer(() -> log().commit(transition(held, Move.ADVANCE))));

        assertThat(verdicts).containsOnlyOnce(Verdict.COMMITTED).containsOnly(Verdict.COMMITTED, Verdict.FENCED);
        assertThat(kinds(held.key())).containsExactly(Kind.START, Kind.NODE);
    }

    @ParameterizedTest
    @EnumSource(names = {"PAUSE", "TIMER", "PARK", "RETRY", "RELEASE", "UNWIND", "COMPLETE", "FAIL"})
    public void whatIsGivenAwayIsFenced(Move move) {
        RunRecord held = steps.startOn(steps.worker());

        RunRecord after = steps.after(held, move);

        assertStands(after, move.to(), 2, move.kind() == null ? 0 : 1);
        assertThat(steps.commit(transition(held, Move.ADVANCE))).isEqualTo(Verdict.FENCED);
        assertThat(steps.branch(result(held, "b"))).isEqualTo(Verdict.FENCED);
        assertThat(kinds(held.key()))
                .isEqualTo(move.kind() == null ? List.of(Kind.START) : List.of(Kind.START, move.kind()));
        assertThat(after.times().completedAt() != null).isEqualTo(move.to().isTerminal());
        assertThat(after.pause() != null).isEqualTo(move == Move.PAUSE);
        assertThat(after.progress().outcome()).isEqualTo(move == Move.UNWIND ? RunStatus.FAILED : null);
    }

    @Test
    public void endedRunsNeverChange() {
        for (Move move : List.of(Move.COMPLETE, Move.FAIL)) {
            RunRecord ended = ended(move);
            assertThat(steps.cancel(ended.key())).isEqualTo(new Cancelled(false, ended.status(), 1));
            assertThat(value(log().put(ended, UUID.randomUUID()))).isFalse();
            assertThat(steps.tryClaim(steps.worker(), ended.key())).isEmpty();
            assertThat(sweep(ended.key())).isEmpty();
            assertThat(steps.load(ended.key())).isEqualTo(ended);
        }
    }

    @Test
    public void errorIsWhyARunFailed() {
        RunRecord failed =
                steps.after(transition(steps.startOn(steps.worker()), Move.FAIL, body(BROKEN, 0), Schedule.NONE));
        RunRecord tried =
                steps.after(transition(steps.startOn(steps.worker()), Move.RETRY, body(BROKEN, 0), Schedule.NONE));
        RunRecord done = steps.after(steps.claim(tried.key()), Move.COMPLETE);

        assertThat(failed.error()).isEqualTo(BROKEN);
        assertThat(steps.journal(failed.key()).get(1).error()).isEqualTo(BROKEN);
        assertThat(done.error()).isNull();
    }

    @Test
    public void attemptsAreClaimsSinceTheLatestTransition() {
        RunRecord held = steps.startOn(steps.worker());
        held = steps.claim(steps.after(held, Move.RETRY).key());
        assertThat(held.progress().attempts()).isEqualTo(2);
        held = steps.claim(steps.after(held, Move.RELEASE).key());
        assertThat(held.progress().attempts()).isEqualTo(2);
        held = steps.claim(steps.after(held, Move.RETRY).key());
        assertThat(held.progress().attempts()).isEqualTo(3);
        held = steps.after(held, Move.ADVANCE);
        assertThat(held.progress().attempts()).isZero();
        held = steps.claim(steps.after(held, Move.RETRY).key());
        assertThat(held.progress().attempts()).isEqualTo(1);
        held = steps.claim(steps.after(held, Move.TIMER).key());
        assertThat(held.progress().attempts()).isEqualTo(1);
        held = steps.after(steps.after(held, Move.ADVANCE), Move.RELEASE);
        assertThat(held.progress().attempts()).isZero();
    }

    /** Runs of agents keep the number of their attempt so. */
    @Test
    public void theNodeThatComesNextIsKeptWhereverARunIsGivenTo() {
        for (Move move : List.of(Move.ADVANCE, Move.RETRY, Move.RELEASE, Move.COMPLETE, Move.FAIL)) {
            Transition plain = transition(steps.startOn(steps.worker()), move);
            RunRecord after = steps.after(new Transition(
                    plain.guard(), plain.commitId(), move, plain.node(), "attempt 2+", plain.body(), plain.schedule()));

            assertThat(after.progress().node()).isEqualTo("attempt 2+");
            assertThat(steps.load(after.key()).progress().node()).isEqualTo("attempt 2+");
        }
    }

    @Test
    public void delayPutsARunOff() {
        for (Move move : List.of(Move.RETRY, Move.TIMER)) {
            RunRecord far = steps.after(transition(steps.startOn(steps.worker()), move, Body.NONE, RunSteps.in(NEVER)));
            RunRecord soon =
                    steps.after(transition(steps.startOn(steps.worker()), move, Body.NONE, RunSteps.in(shortTime())));

            assertThat(steps.tryClaim(steps.worker(), soon.key())).isEmpty();
            assertThat(eventuallySwept(soon.key())).containsExactly(Change.WOKEN);

            assertStands(
                    steps.claim(soon.key()),
                    RunStatus.RUNNING,
                    3,
                    soon.progress().seq());
            assertThat(sweep(far.key())).isEmpty();
            assertThat(steps.tryClaim(steps.worker(), far.key())).isEmpty();
        }
    }

    @Test
    public void parkedRunGoesOnWhenARunOfItsOwnEnds() {
        RunRecord held = steps.startOn(steps.worker());
        RunRecord child = steps.startChild(held, "");
        RunRecord parked = steps.after(held, Move.PARK);
        sweep(parked.key());
        assertThat(steps.tryClaim(steps.worker(), parked.key())).isEmpty();

        steps.after(steps.claim(child.key()), Move.COMPLETE);

        RunRecord again = eventuallyClaimed(parked.key());
        assertStands(again, RunStatus.RUNNING, 3, 0);
        assertThat(again.progress().attempts()).isEqualTo(1);
    }

    @Test
    public void runWhoseOwnRunHasEndedIsNotParkedForEver() {
        RunRecord held = steps.startOn(steps.worker());
        steps.cancel(steps.startChild(held, "").key());

        steps.after(held, Move.PARK);

        assertStands(eventuallyClaimed(held.key()), RunStatus.RUNNING, 3, 0);
    }

    @Test
    public void runThatIsParkedWaitsForWhatTheJournalDoesNotHave() {
        RunRecord held = steps.startOn(steps.worker());
        RunRecord left = steps.startChild(held, "left");
        RunRecord right = steps.startChild(held, "right");
        RunRecord ofAnother = steps.start(steps.run(
                steps.key(),
                null,
                new Lineage(new RunRecord.Parent(held.key().runId(), 7, ""), null, 0),
                steps.terms(null, null)));
        steps.cancel(left.key());
        steps.cancel(ofAnother.key());
        assertThat(steps.branch(result(held, "left"))).isEqualTo(Verdict.COMMITTED);

        steps.after(held, Move.PARK);

        sweep(held.key());
        assertThat(steps.tryClaim(steps.worker(), held.key())).isEmpty();
        steps.cancel(right.key());
        assertStands(eventuallyClaimed(held.key()), RunStatus.RUNNING, 3, 0);
    }

    @Test
    public void branchesAreCommittedOnceEach() {
        RunRecord held = steps.startOn(steps.worker());
        BranchResult left = result(held, "left");
        BranchResult failed = new BranchResult(RunSteps.guard(held), "right", UUID.randomUUID(), null, BROKEN);

        assertThat(steps.branch(left)).isEqualTo(Verdict.COMMITTED);
        assertThat(steps.branch(failed)).isEqualTo(Verdict.COMMITTED);
        assertThat(steps.branch(left)).isEqualTo(Verdict.COMMITTED);
        assertThat(steps.branch(result(held, "left"))).isEqualTo(Verdict.EXISTS);

        assertThat(steps.journal(held.key()))
                .extracting(JournalEntry::seq, JournalEntry::branch, JournalEntry::kind, JournalEntry::error)
                .containsExactlyInAnyOrder(
                        tuple(0, "", Kind.START, null),
                        tuple(1, "left", Kind.BRANCH, null),
                        tuple(1, "right", Kind.BRANCH, BROKEN));
        assertStands(steps.load(held.key()), RunStatus.RUNNING, 1, 0);
    }

    @Test
    public void oneOfSeveralResultsOfABranchCounts() {
        RunRecord held = steps.startOn(steps.worker());

        List<Verdict> verdicts = race(Mono.defer(() -> log().branch(result(held, "b"))));

        assertThat(verdicts).containsOnlyOnce(Verdict.COMMITTED).containsOnly(Verdict.COMMITTED, Verdict.EXISTS);
        assertThat(kinds(held.key())).containsExactly(Kind.START, Kind.BRANCH);
    }

    @Test
    public void branchesAreCommittedOnlyWhileTheirNodeIsOpen() {
        RunRecord held = steps.startOn(steps.worker());
        BranchResult landed = result(held, "landed");
        steps.branch(landed);
        RunRecord joined = steps.after(held, Move.ADVANCE);
        Guard guard = RunSteps.guard(joined);

        assertThat(steps.branch(result(held, "late"))).isEqualTo(Verdict.FENCED);
        assertThat(steps.branch(landed)).isEqualTo(Verdict.COMMITTED);
        for (Guard wrong : List.of(
                new Guard(joined.key(), guard.epoch() + 1, guard.seq()),
                new Guard(joined.key(), guard.epoch(), guard.seq() + 1),
                new Guard(steps.key(), 1, 0))) {
            assertThat(steps.branch(new BranchResult(wrong, "b", UUID.randomUUID(), null, null)))
                    .isEqualTo(Verdict.FENCED);
        }
        assertThat(kinds(held.key())).containsExactly(Kind.START, Kind.BRANCH, Kind.NODE);
    }

    @Test
    public void branchesOutliveTheirWorker() {
        String worker = steps.worker();
        RunRecord held = steps.startOn(worker);
        steps.branch(result(held, "done"));
        log().leave(worker).block(LONG);
        assertThat(eventuallySwept(held.key())).containsExactly(Change.RECOVERED);

        RunRecord again = eventuallyClaimed(held.key());

        assertThat(steps.branch(result(held, "late"))).isEqualTo(Verdict.FENCED);
        assertThat(steps.branch(result(again, "done"))).isEqualTo(Verdict.EXISTS);
        assertThat(steps.branch(result(again, "missing"))).isEqualTo(Verdict.COMMITTED);
        steps.after(again, Move.ADVANCE);
        assertThat(steps.journal(held.key()).stream().skip(1))
                .extracting(entry -> entry.commit().epoch())
                .containsExactly(1L, 3L, 3L);
    }
}
