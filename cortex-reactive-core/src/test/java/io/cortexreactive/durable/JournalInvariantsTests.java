package io.cortexreactive.durable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.JournalEntry.Commit;
import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Times;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ListAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JournalInvariantsTests {

    private static final RunRecord.Code CODE = new RunRecord.Code("w", "1");

    private static JournalEntry entry(int seq, String branch, Kind kind, long epoch, @Nullable String requestId) {
        Commit commit = new Commit(UUID.randomUUID(), epoch, Instant.EPOCH);
        return new JournalEntry(seq, branch, kind, null, null, null, requestId, commit);
    }

    private static JournalEntry entry(int seq, Kind kind) {
        return entry(seq, "", kind, seq, kind == Kind.INPUT ? "r" + seq : null);
    }

    private static RunRecord run(RunStatus status, int seq) {
        return run(status, seq, 0);
    }

    private static RunRecord run(RunStatus status, int seq, int snapshot) {
        Instant end = status.isTerminal() ? Instant.EPOCH : null;
        return new RunRecord(
                new RunKey("", "run"),
                CODE,
                status,
                new Progress(9, seq, null, 0, 0, null),
                new Snapshot(snapshot, "{}"),
                null,
                Lineage.NONE,
                new Times(Instant.EPOCH, null, end, null),
                null);
    }

    private static ListAssert<String> assertThatOf(RunStatus status, int seq, JournalEntry... journal) {
        return assertThat(JournalInvariants.violations(run(status, seq), Arrays.asList(journal)));
    }

    private static JournalEntry[] line(Kind... kinds) {
        JournalEntry[] journal = new JournalEntry[kinds.length];
        Arrays.setAll(journal, seq -> entry(seq, kinds[seq]));
        return journal;
    }

    @Test
    void wholeJournalsPass() {
        assertThatOf(RunStatus.RUNNING, 0, line(Kind.START)).isEmpty();
        assertThatOf(
                        RunStatus.FAILED,
                        5,
                        line(Kind.START, Kind.NODE, Kind.PAUSE, Kind.INPUT, Kind.UNWIND, Kind.TERMINAL))
                .isEmpty();
        assertThatOf(
                        RunStatus.RUNNING,
                        1,
                        entry(0, Kind.START),
                        entry(1, "a", Kind.BRANCH, 1, null),
                        entry(1, Kind.NODE),
                        entry(2, "b", Kind.BRANCH, 1, null))
                .isEmpty();
        JournalInvariants.check(run(RunStatus.RUNNING, 0), List.of(entry(0, Kind.START)));
    }

    @Test
    void failsWithAllThatIsWrong() {
        assertThatThrownBy(() -> JournalInvariants.check(run(RunStatus.RUNNING, 0), List.of()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("no entry");
    }

    @Test
    void gapsAreCaught() {
        assertThatOf(RunStatus.RUNNING, 2, entry(0, Kind.START), entry(2, Kind.NODE))
                .contains("a gap before 2");
        assertThatOf(RunStatus.RUNNING, 3, line(Kind.START, Kind.NODE)).containsExactly("not as long as the run");
        assertThatOf(RunStatus.RUNNING, 0, line(Kind.NODE)).containsExactly("begins with NODE");
        assertThatOf(RunStatus.RUNNING, 1, line(Kind.START, Kind.START)).containsExactly("begins twice");
        assertThat(JournalInvariants.violations(run(RunStatus.RUNNING, 0, 1), List.of(entry(0, Kind.START))))
                .containsExactly("a snapshot of what is to come");
    }

    @Test
    void wrongEndsAreCaught() {
        assertThatOf(RunStatus.COMPLETED, 2, line(Kind.START, Kind.TERMINAL, Kind.TERMINAL))
                .contains("ended 2 times");
        assertThatOf(RunStatus.COMPLETED, 2, line(Kind.START, Kind.TERMINAL, Kind.NODE))
                .contains("goes on after its end");
        assertThatOf(RunStatus.COMPLETED, 1, line(Kind.START, Kind.NODE)).containsExactly("ended without an entry");
        assertThatOf(RunStatus.RUNNING, 1, line(Kind.START, Kind.TERMINAL)).containsExactly("ended, and still RUNNING");
        assertThatOf(RunStatus.PAUSED, 1, line(Kind.START, Kind.PAUSE)).containsExactly("a wrong pause");
    }

    @Test
    void fallingEpochsAreCaught() {
        assertThatOf(RunStatus.RUNNING, 1, entry(0, "", Kind.START, 3, null), entry(1, "", Kind.NODE, 2, null))
                .containsExactly("epoch 2 after 3");
        assertThatOf(RunStatus.RUNNING, 0, entry(0, "", Kind.START, 10, null))
                .containsExactly("an epoch beyond the run's");
    }

    @Test
    void wrongInputsAreCaught() {
        assertThatOf(RunStatus.PENDING, 1, line(Kind.START, Kind.INPUT))
                .containsExactly("an input nobody asked for at 1");
        assertThatOf(RunStatus.PENDING, 3, line(Kind.START, Kind.PAUSE, Kind.INPUT, Kind.INPUT))
                .containsExactly("an input nobody asked for at 3");
        assertThatOf(
                        RunStatus.PENDING,
                        2,
                        entry(0, Kind.START),
                        entry(1, Kind.PAUSE),
                        entry(2, "", Kind.INPUT, 2, null))
                .containsExactly("an input of no request at 2");
        assertThatOf(RunStatus.RUNNING, 1, entry(0, Kind.START), entry(1, "", Kind.NODE, 2, "r"))
                .containsExactly("a request id at 1");
    }

    @Test
    void wrongBranchesAreCaught() {
        JournalEntry start = entry(0, Kind.START);
        assertThatOf(RunStatus.RUNNING, 1, start, entry(1, Kind.NODE), entry(1, "a", Kind.BRANCH, 1, null))
                .containsExactly("a branch after its main entry 1");
        assertThatOf(RunStatus.RUNNING, 0, start, entry(2, "a", Kind.BRANCH, 1, null))
                .containsExactly("a branch of what is to come");
        assertThatOf(RunStatus.RUNNING, 0, start, entry(1, "a", Kind.NODE, 1, null))
                .containsExactly("NODE of 'a'");
        assertThatOf(
                        RunStatus.RUNNING,
                        0,
                        start,
                        entry(1, "a", Kind.BRANCH, 1, null),
                        entry(1, "a", Kind.BRANCH, 1, null))
                .containsExactly("twice at 1");
    }

    @Test
    void wrongCompensationsAreCaught() {
        assertThatOf(RunStatus.RUNNING, 1, line(Kind.START, Kind.UNDO)).containsExactly("undone before it unwinds");
        assertThatOf(RunStatus.RUNNING, 2, line(Kind.START, Kind.UNWIND, Kind.NODE))
                .containsExactly("NODE while it unwinds");
    }

    @Test
    void idsThatAreUsedTwiceAreCaught() {
        JournalEntry start = entry(0, Kind.START);
        JournalEntry node = new JournalEntry(1, "", Kind.NODE, null, null, null, null, start.commit());
        assertThatOf(RunStatus.RUNNING, 1, start, node).containsExactly("commit id twice");
        assertThatOf(
                        RunStatus.PENDING,
                        4,
                        start,
                        entry(1, Kind.PAUSE),
                        entry(2, "", Kind.INPUT, 2, "r"),
                        entry(3, Kind.PAUSE),
                        entry(4, "", Kind.INPUT, 4, "r"))
                .containsExactly("request id twice");
    }
}
