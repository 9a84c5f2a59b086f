package io.cortexreactive.durable;

import io.cortexreactive.durable.JournalEntry.Commit;
import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.NewRun.Once;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Answered;
import io.cortexreactive.durable.RunLog.BranchResult;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunLog.Change;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Times;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Body;
import io.cortexreactive.durable.Transition.Guard;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.error.ErrorInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A run and its journal, and what may become of it. Guarded by the lock of its log. */
final class KeptRun {

    private static final int LONGEST_BACK_OFF_SECONDS = 60;

    final RunKey key;
    final RunRecord.Code code;
    final Lineage lineage;
    final Origin origin;
    final KeptJournal journal = new KeptJournal();
    private final KeptNotices notices;
    private final KeptTurn turn;

    private RunStatus status;
    private long epoch;
    private int seq;
    private @Nullable String node;
    private int attempts;
    private int crashes;
    private int undo;
    private @Nullable RunStatus outcome;
    private Snapshot snapshot;
    private @Nullable Waiting pause;
    private Times times;
    private @Nullable ErrorInfo error;

    /**
     * What decides who takes a run.
     *
     * @param nodeTimeout of the first node
     */
    record Origin(
            @Nullable Once once,
            String queue,
            int priority,
            @Nullable Duration nodeTimeout) {

        static Origin of(NewRun run) {
            NewRun.Terms terms = run.terms();
            return new Origin(run.once(), terms.queue(), terms.priority(), terms.nodeTimeout());
        }
    }

    KeptRun(RunRecord run, Origin origin, KeptNotices notices) {
        this.key = run.key();
        this.code = run.code();
        this.lineage = run.lineage();
        this.origin = origin;
        this.notices = notices;
        this.status = run.status();
        this.epoch = run.progress().epoch();
        this.seq = run.progress().seq();
        this.node = run.progress().node();
        this.attempts = run.progress().attempts();
        this.undo = run.progress().undo();
        this.outcome = run.progress().outcome();
        this.snapshot = run.snapshot();
        this.pause = run.pause();
        this.times = run.times();
        this.error = run.error();
        this.turn = new KeptTurn(run.times().createdAt(), origin.nodeTimeout());
    }

    RunRecord toRecord() {
        Progress progress = new Progress(epoch, seq, node, attempts, undo, outcome);
        return new RunRecord(key, code, status, progress, snapshot, pause, lineage, times, error);
    }

    RunStatus status() {
        return status;
    }

    int seq() {
        return seq;
    }

    /** Whether there is more than was seen, or nothing more will come. */
    boolean isFurther(int seen) {
        return seq > seen || status.isTerminal();
    }

    int priority() {
        return origin.priority();
    }

    Instant availableAt() {
        return turn.availableAt();
    }

    Times times() {
        return times;
    }

    boolean isHeld(long inEpoch) {
        return status == RunStatus.RUNNING && epoch == inEpoch;
    }

    boolean isUnwinding() {
        return outcome != null;
    }

    /** Whether it waits, and is to end if its deadline comes meanwhile. */
    boolean isTimed() {
        boolean waits = status == RunStatus.PENDING || status == RunStatus.PAUSED;
        return waits && outcome == null && times.deadlineAt() != null;
    }

    boolean isPausedBefore(Instant time) {
        return pause != null && pause.since().isBefore(time);
    }

    boolean neverRan() {
        return times.startedAt() == null;
    }

    /** Its first entry. */
    void begin(Kind kind, String payload, UUID commitId, Instant now) {
        write(new Entry(kind, null, payload, null, null), commitId, now);
    }

    /** Cannot be claimed before. */
    void delay(Duration delay, Instant now) {
        turn.putOff(delay, now);
    }

    @Nullable
    String owner() {
        return turn.owner();
    }

    boolean isClaimable(Instant now) {
        return status == RunStatus.PENDING && turn.isOpen(now);
    }

    void claim(String worker, Instant now) {
        status = RunStatus.RUNNING;
        turn.take(worker, now);
        epoch++;
        attempts++;
        Instant startedAt = times.startedAt() == null ? now : times.startedAt();
        times = new Times(times.createdAt(), startedAt, times.completedAt(), times.deadlineAt());
    }

    Verdict commit(Transition made, Instant now) {
        Move move = made.move();
        if (move == Move.PAUSE && made.schedule().pause() == null) {
            throw new StateNotStorableException("A pause says nothing of what it waits for.", null);
        }
        if (!isGuarded(made.guard()) || !allows(move)) {
            return journal.has(made.commitId()) ? Verdict.COMMITTED : Verdict.FENCED;
        }
        if (move.kind() != null) {
            seq++;
            turn.allow(made.schedule().nodeTimeout());
        }
        node = made.next() == null ? node : made.next();
        count(move);
        take(made.body());
        turn(made, now);
        if (move.kind() != null) {
            Body body = made.body();
            write(new Entry(move.kind(), made.node(), body.payload(), body.error(), null), made.commitId(), now);
        }
        return Verdict.COMMITTED;
    }

    private boolean isGuarded(Guard guard) {
        return isHeld(guard.epoch()) && seq == guard.seq();
    }

    private boolean allows(Move move) {
        if (outcome == null) {
            return move != Move.CANCELLED;
        }
        return move.to().isTerminal() ? move.to() == outcome : move != Move.PAUSE && move != Move.UNWIND;
    }

    /** What keeps its sequence is the same attempt, or the next one of the same node. */
    private void count(Move move) {
        switch (move) {
            case RETRY -> {}
            case RELEASE -> attempts = Math.max(0, attempts - 1);
            case PARK -> {
                attempts = Math.max(0, attempts - 1);
                crashes = 0;
            }
            default -> {
                attempts = 0;
                crashes = 0;
            }
        }
    }

    private void take(Body body) {
        undo += body.undo();
        error = body.error() == null ? error : body.error();
        snapshot = body.snapshot() == null ? snapshot : new Snapshot(seq, body.snapshot());
    }

    private void turn(Transition made, Instant now) {
        Move move = made.move();
        if (move.to() == RunStatus.RUNNING) {
            turn.beginNode(now);
            return;
        }
        become(move.to(), now);
        switch (move) {
            case UNWIND -> outcome = RunStatus.FAILED;
            case COMPLETE -> error = null;
            case PAUSE -> pause = waiting(made.schedule().pause(), now);
            default -> {}
        }
        if (move.to() == RunStatus.PENDING && move != Move.RELEASE) {
            turn.putOff(made.schedule().delay(), now);
        }
    }

    private static @Nullable Waiting waiting(@Nullable Asked asked, Instant now) {
        return asked == null
                ? null
                : new Waiting(asked.token(), asked.reason(), asked.spec(), now, KeptTurn.after(asked.timeout(), now));
    }

    /** Gives it out of its owner's hands; a pending one can be claimed at once. */
    private void become(RunStatus next, Instant now) {
        status = next;
        epoch++;
        turn.giveBack(now);
        pause = null;
        if (next.isTerminal()) {
            outcome = null;
            times = new Times(times.createdAt(), times.startedAt(), now, times.deadlineAt());
        }
    }

    Verdict branch(BranchResult result, Instant now) {
        int at = result.guard().seq() + 1;
        boolean open = isGuarded(result.guard());
        if (!open || journal.hasBranch(at, result.branch())) {
            boolean mine = journal.has(result.commitId());
            return mine ? Verdict.COMMITTED : open ? Verdict.EXISTS : Verdict.FENCED;
        }
        Commit commit = new Commit(result.commitId(), epoch, now);
        add(new JournalEntry(
                at, result.branch(), Kind.BRANCH, result.branch(), result.payload(), result.error(), null, commit));
        return Verdict.COMMITTED;
    }

    Answered answer(Answer answer, Instant now) {
        JournalEntry before = journal.answer(answer.requestId());
        if (before != null) {
            return new Answered(true, status, before.seq());
        }
        if (pause == null || !pause.token().equals(answer.token())) {
            return new Answered(false, status, seq);
        }
        goOn(answer.requestId(), answer.input(), answer.commitId(), now);
        return new Answered(true, status, seq);
    }

    private void goOn(String requestId, @Nullable String input, UUID commitId, Instant now) {
        seq++;
        attempts = 0;
        become(RunStatus.PENDING, now);
        write(new Entry(Kind.INPUT, null, input, null, requestId), commitId, now);
    }

    Cancelled cancel(UUID commitId, Instant now) {
        if (status.isTerminal() || isUnwinding()) {
            return new Cancelled(journal.has(commitId), status, seq);
        }
        end(RunStatus.CANCELLED, null, commitId, now);
        return new Cancelled(true, status, seq);
    }

    /** As this, at once or after its compensations. */
    private void end(RunStatus as, @Nullable ErrorInfo why, UUID commitId, Instant now) {
        seq++;
        attempts = 0;
        crashes = 0;
        error = why == null ? error : why;
        boolean unwinds = undo > 0;
        become(unwinds ? RunStatus.PENDING : as, now);
        outcome = unwinds ? as : null;
        write(new Entry(unwinds ? Kind.UNWIND : Kind.TERMINAL, null, null, why, null), commitId, now);
    }

    Change fail(ErrorInfo why, Instant now) {
        end(RunStatus.FAILED, why, RunWriter.newCommitId(), now);
        return status == RunStatus.FAILED ? Change.FAILED : Change.UNWINDING;
    }

    Change giveUp(Instant now) {
        end(RunStatus.CANCELLED, null, RunWriter.newCommitId(), now);
        return status == RunStatus.CANCELLED ? Change.CANCELLED : Change.UNWINDING;
    }

    boolean isDue(Instant now) {
        return status == RunStatus.PENDING && turn.isDue(now);
    }

    /** Whether it waits for the run of its own that has this lineage. */
    boolean waitsFor(Lineage child) {
        return status == RunStatus.PENDING
                && turn.isOpenEnded()
                && child.parent() != null
                && child.parent().seq() == seq + 1
                && !journal.hasBranch(seq + 1, child.parent().branch());
    }

    Change wake(Instant now) {
        turn.wake(now);
        return Change.WOKEN;
    }

    boolean isTimedOut(Instant now) {
        return pause != null && KeptTurn.isOver(pause.until(), now);
    }

    Change timeOut(Instant now) {
        String token = pause == null ? "" : pause.token();
        goOn("timeout:" + token, null, RunWriter.newCommitId(), now);
        return Change.TIMED_OUT;
    }

    /** Whether nobody has it who lives, or its node hangs. */
    boolean isLost(Predicate<String> lives, Instant now) {
        return status == RunStatus.RUNNING && turn.isLost(lives, now);
    }

    /** Branches that were committed since it was claimed are progress; one that compensates goes on for ever. */
    Change recover(Instant now) {
        boolean progressed = journal.branchesOf(seq + 1).stream()
                .anyMatch(branch -> branch.commit().epoch() == epoch);
        int before = progressed ? 0 : crashes;
        if (before + 1 >= RunLog.MOST_RECOVERIES && !isUnwinding()) {
            return fail(RunLog.CRASH_LOOP, now);
        }
        crashes = before + 1;
        become(RunStatus.PENDING, now);
        turn.putOff(backOff(before), now);
        return Change.RECOVERED;
    }

    /** 0, 1, 3, 7 … seconds. */
    private static Duration backOff(int crashes) {
        return Duration.ofSeconds(Math.min(LONGEST_BACK_OFF_SECONDS, (1L << Math.min(crashes, 6)) - 1));
    }

    /** What {@link RunLog#put} says, of a run that is there. */
    boolean patch(RunRecord to, UUID commitId, Instant now) {
        boolean again = journal.has(commitId);
        if (again || !canBe(to)) {
            return again;
        }
        seq++;
        snapshot = new Snapshot(seq, to.snapshot().json());
        node = to.progress().node();
        if (to.status() == status) {
            epoch++;
        } else {
            become(to.status(), now);
            pause = to.status() == RunStatus.PAUSED ? to.pause() : null;
        }
        write(new Entry(Kind.PATCH, node, to.snapshot().json(), null, null), commitId, now);
        return true;
    }

    private boolean canBe(RunRecord to) {
        boolean open = status == RunStatus.PENDING || status == RunStatus.PAUSED;
        boolean fits = outcome == null || to.status() == RunStatus.PENDING || to.status() == outcome;
        return open
                && fits
                && to.status() != RunStatus.RUNNING
                && seq == to.progress().seq();
    }

    /** What an entry of the main line has of its own. */
    private record Entry(
            Kind kind,
            @Nullable String node,
            @Nullable String payload,
            @Nullable ErrorInfo error,
            @Nullable String requestId) {}

    private void write(Entry entry, UUID commitId, Instant now) {
        add(new JournalEntry(
                seq,
                "",
                entry.kind(),
                entry.node(),
                entry.payload(),
                entry.error(),
                entry.requestId(),
                new Commit(commitId, epoch, now)));
    }

    private void add(JournalEntry entry) {
        journal.add(entry);
        notices.add(this, entry);
    }
}
