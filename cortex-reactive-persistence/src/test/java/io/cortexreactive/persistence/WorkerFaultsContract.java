package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.persistence.SharedStore.Line;
import io.cortexreactive.workflow.WorkflowState;
import io.cortexreactive.workflow.WorkflowStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of runs when a process that works on them goes, each time at a place of interest. */
abstract class WorkerFaultsContract {

    static final Duration LEASE = FaultWorkflows.SHORT;

    /** So that nothing is recovered of its own accord. */
    private static final Duration VERY_LONG_LEASE = Duration.ofMinutes(1);

    /** How often a run is recovered without progress before it fails. */
    private static final int MOST_CRASHES = 10;

    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    /** Where runs are kept, as {@link SharedStore#at} takes it. */
    abstract String address();

    /** As if all leases were over. */
    abstract void endLeases();

    /** As if a run had been recovered so often since its last progress. */
    abstract void haveCrashed(String runId, int times);

    /** As if a run had backed off long enough. */
    abstract void endBackOff(String runId);

    /** As if the node of a run had taken much too long. */
    abstract void endPatience(String runId);

    /** Whether a process has a lease. */
    abstract boolean lives(ForkedJvm process);

    @Test
    void workerThatIsAskedToEndFinishesItsNodeAndLeavesTheRest() throws InterruptedException {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm worker = onlooker.worker("worker", LEASE).fork()) {
            worker.tell("start");
            String runId = onlooker.begin(FaultWorkflows.GATED);
            worker.await("ran gate");
            worker.terminate();
            worker.await("draining");
            worker.tell("open");
            worker.await("drained");
            worker.toEnd(SharedStore.PATIENCE);

            assertThat(onlooker.journal(runId))
                    .extracting(JournalEntry::kind)
                    .containsExactly(Kind.START, Kind.NODE, Kind.NODE);
            assertThat(Onlooker.value(onlooker.store().runs().load(new RunKey("", runId)))
                            .status())
                    .isEqualTo(RunStatus.PENDING);
            assertEndedBy("heir", onlooker, FaultWorkflows.GATED, runId);
            assertThat(onlooker.begun(runId)).containsOnlyKeys("1/", "2/", "3/").containsEntry("2/", 1);
        }
    }

    /** Somebody else ends it. */
    private static void assertEndedBy(String name, Onlooker onlooker, String workflow, String runId) {
        try (ForkedJvm heir = onlooker.worker(name, LEASE).opened().fork()) {
            heir.tell("start");
            WorkflowState state = onlooker.ended(workflow, runId);

            assertThat(state.status()).isEqualTo(WorkflowStatus.COMPLETED);
            assertThat(state.data()).containsEntry("end", name);
        }
        onlooker.figures(List.of(runId), 1).assertGood();
    }

    @Test
    void onlyBranchesThatWereNotCommittedRunAgain() {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm worker = onlooker.worker("worker", LEASE).fork()) {
            worker.tell("start");
            String runId = onlooker.begin(FaultWorkflows.EIGHT);
            IntStream.rangeClosed(1, 5).forEach(i -> worker.await("committed free" + i));
            IntStream.rangeClosed(6, 8).forEach(i -> worker.await("ran gate" + i));
            worker.kill();

            assertEndedBy("heir", onlooker, FaultWorkflows.EIGHT, runId);
            assertThat(onlooker.begun(runId))
                    .hasSize(9)
                    .containsEntry("1/free1", 1)
                    .containsEntry("1/free5", 1)
                    .containsEntry("1/gate6", 2)
                    .containsEntry("1/gate8", 2);
        }
    }

    @Test
    void runGoesOnWhenTheProcessThatBeganItIsKilled() {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm caller = onlooker.worker("caller", LEASE).fork();
                ForkedJvm heir = onlooker.worker("heir", LEASE).opened().fork()) {
            caller.tell("run " + FaultWorkflows.GATED + " key");
            String key = word(caller.await("ran gate"), 2);
            String runId = key.substring(0, key.indexOf('/'));
            caller.kill();
            heir.tell("start");
            heir.tell("run " + FaultWorkflows.GATED + " key");

            assertThat(heir.await("result")).isEqualTo("result COMPLETED " + runId);
            assertThat(onlooker.begun(runId))
                    .containsEntry("1/", 1)
                    .containsEntry("2/", 2)
                    .containsEntry("3/", 1);
            onlooker.figures(List.of(runId), 1).assertGood();
        }
    }

    @Test
    void pauseIsAnsweredAfterTheProcessThatAskedIsGone() {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm asking = onlooker.worker("asking", LEASE).fork();
                ForkedJvm later = onlooker.worker("later", LEASE).fork()) {
            asking.tell("run " + FaultWorkflows.LINE + " key");
            String runId = word(asking.await("result PAUSED"), 2);
            asking.kill();
            later.tell("resume " + FaultWorkflows.LINE + " " + runId);

            assertThat(later.await("result")).isEqualTo("result COMPLETED " + runId);
            assertThat(onlooker.ledger(runId))
                    .extracting(Line::worker)
                    .containsExactly("asking", "asking", "asking", "asking", "later", "later");
            onlooker.figures(List.of(runId), 1).assertGood();
        }
    }

    @Test
    @Tag("faults")
    void eachVersionIsRunByThoseThatHaveIt() {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm old = onlooker.worker("old", LEASE).fork();
                ForkedJvm fresh = onlooker.worker("fresh", LEASE)
                        .withVersion("2")
                        .opened()
                        .fork()) {
            old.tell("start");
            String ofOld = onlooker.begin(FaultWorkflows.GATED, "1");
            old.await("ran gate");
            old.kill();
            fresh.tell("start");
            String ofFresh = onlooker.begin(FaultWorkflows.NAP, "2");
            onlooker.ended(FaultWorkflows.NAP, ofFresh);

            assertEndedBy("old-again", onlooker, FaultWorkflows.GATED, ofOld);
            assertThat(onlooker.ledger(ofOld))
                    .extracting(Line::worker)
                    .containsExactly("old", "old", "old-again", "old-again");
            assertThat(onlooker.ledger(ofFresh)).extracting(Line::worker).containsOnly("fresh");
        }
    }

    @Test
    void nodeThatKillsItsProcessAgainAndAgainFailsTheRun() throws InterruptedException {
        killByNode(2);
    }

    @Test
    @Tag("faults")
    void nodeThatKillsTenProcessesFailsTheRun() throws InterruptedException {
        killByNode(MOST_CRASHES);
    }

    private void killByNode(int processes) throws InterruptedException {
        try (Onlooker onlooker = new Onlooker(address())) {
            String runId = onlooker.begin(FaultWorkflows.DEADLY);
            for (int i = 0; i < processes; i++) {
                dieAt(onlooker, "worker" + i);
                if (i == 0) {
                    haveCrashed(runId, MOST_CRASHES - processes);
                }
                endLeases();
                onlooker.store().runs().sweep(100).blockLast(SharedStore.PATIENCE);
                endBackOff(runId);
            }

            WorkflowState state = onlooker.ended(FaultWorkflows.DEADLY, runId);
            assertThat(state.status()).isEqualTo(WorkflowStatus.FAILED);
            assertThat(errorOf(onlooker, runId)).isEqualTo("crash_loop");
            assertThat(onlooker.begun(runId))
                    .containsOnlyKeys("1/", "2/")
                    .containsEntry("1/", 1)
                    .containsEntry("2/", processes);
        }
    }

    private static void dieAt(Onlooker onlooker, String name) throws InterruptedException {
        try (ForkedJvm worker = onlooker.worker(name, VERY_LONG_LEASE).fork()) {
            worker.tell("start");
            worker.await("ran die");
            worker.toEnd(SharedStore.PATIENCE);
        }
    }

    private static String errorOf(Onlooker onlooker, String runId) {
        RunRecord run = Onlooker.value(onlooker.store().runs().load(new RunKey("", runId)));
        return Objects.requireNonNull(run.error()).code();
    }

    @Test
    void nodeThatHangsIsTakenFromAProcessThatLives() {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm hanging = onlooker.worker("hanging", LEASE).fork();
                ForkedJvm heir = onlooker.worker("heir", LEASE).opened().fork()) {
            hanging.tell("start");
            String runId = onlooker.begin(FaultWorkflows.HANGING);
            hanging.await("ran hang");
            heir.tell("start");
            // Who has just begun takes its time, in which the other one takes the run again, and hangs once more.
            onlooker.ended(FaultWorkflows.NAP, onlooker.begin(FaultWorkflows.NAP));
            endPatience(runId);

            assertThat(onlooker.ended(FaultWorkflows.HANGING, runId).data()).containsEntry("end", "heir");
            assertThat(lives(hanging)).isTrue();
            onlooker.figures(List.of(runId), 1).assertGood();
        }
    }

    @Test
    void clocksOfProcessesDecideNothing() {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm ahead = onlooker.worker("ahead", VERY_LONG_LEASE).fork(SkewedClock.by(TEN_MINUTES));
                ForkedJvm behind = onlooker.worker("behind", VERY_LONG_LEASE)
                        .withVersion("2")
                        .fork(SkewedClock.by(TEN_MINUTES.negated()))) {
            assertThat(clock(ahead)).isAfter(Instant.now().plus(FIVE_MINUTES));
            assertThat(clock(behind)).isBefore(Instant.now().minus(FIVE_MINUTES));
            ahead.tell("start");
            behind.tell("start");
            String held = onlooker.begin(FaultWorkflows.GATED, "1", FIVE_MINUTES);
            ahead.await("ran gate");
            String late = onlooker.begin(FaultWorkflows.GATED, "2", LEASE);
            assertNapIsAsLongAsItIs(onlooker, "1");
            assertNapIsAsLongAsItIs(onlooker, "2");

            assertThat(onlooker.ended(FaultWorkflows.GATED, late).status()).isEqualTo(WorkflowStatus.FAILED);
            assertThat(errorOf(onlooker, late)).isEqualTo("workflow_timed_out");
            ahead.tell("open");
            assertThat(onlooker.ended(FaultWorkflows.GATED, held).status()).isEqualTo(WorkflowStatus.COMPLETED);
            assertThat(onlooker.begun(held)).containsEntry("2/", 1);
            onlooker.figures(List.of(held), 1).assertGood();
        }
    }

    private static Instant clock(ForkedJvm worker) {
        return Instant.parse(word(worker.await("ready"), 1));
    }

    private static void assertNapIsAsLongAsItIs(Onlooker onlooker, String version) {
        String nap = onlooker.begin(FaultWorkflows.NAP, version);
        onlooker.ended(FaultWorkflows.NAP, nap);
        List<Line> lines = onlooker.ledger(nap);

        assertThat(Duration.between(lines.get(0).at(), lines.get(1).at())).isGreaterThanOrEqualTo(FaultWorkflows.SHORT);
    }

    private static String word(String line, int number) {
        return List.of(line.split(" ", -1)).get(number);
    }
}
