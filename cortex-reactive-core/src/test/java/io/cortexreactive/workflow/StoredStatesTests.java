package io.cortexreactive.workflow;

import static io.cortexreactive.workflow.FakeRunLog.at;
import static io.cortexreactive.workflow.FakeRunLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.JournalEntry.Commit;
import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.workflow.RunImage.Change;
import io.cortexreactive.workflow.WorkflowState.HistoryEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class StoredStatesTests {

    private static final RunKey KEY = new RunKey("", "run");
    private static final int LIMIT = 1024 * 1024;
    private static final Snapshot BEGUN =
            new Snapshot(0, RunImage.of(Map.of("in", 1)).toJson(LIMIT).text());

    private final FakeRunLog log = new FakeRunLog();
    private final WorkflowStateRepository states = RunStore.of(log);

    private static JournalEntry start() {
        return entry(0, "", Kind.START, null, json(Change.ofData(Map.of("in", 1))));
    }

    private static JournalEntry node(int seq, String id) {
        return entry(seq, "", Kind.NODE, id, json(Change.ofOutput(id + seq)));
    }

    private static String json(Change change) {
        return change.toJson(LIMIT).text();
    }

    private static <T> void assertOnly(Mono<T> mono, Consumer<T> check) {
        StepVerifier.create(mono).assertNext(check).verifyComplete();
    }

    private static TenantContext tenant(String id) {
        return TenantContext.builder(id).build();
    }

    private static WorkflowState with(
            WorkflowState state, String node, WorkflowStatus status, Map<String, Object> data) {
        return new WorkflowState(
                state.workflowId(),
                state.version(),
                state.runId(),
                state.tenantId(),
                node,
                status,
                data,
                state.history(),
                state.pause(),
                state.times());
    }

    private WorkflowState found() {
        List<WorkflowState> found = new ArrayList<>();
        assertOnly(states.find("run"), found::add);
        return found.get(0);
    }

    @Test
    void stateIsTheSnapshotAndWhatCameAfter() {
        log.add(KEY, RunStatus.PAUSED, BEGUN, start(), node(1, "a"), entry(2, "", Kind.PAUSE, "b", null));

        assertOnly(
                states.find("run"),
                state -> assertThat(state)
                        .isEqualTo(new WorkflowState(
                                "w",
                                "1",
                                "run",
                                null,
                                "next",
                                WorkflowStatus.PAUSED,
                                Map.of("in", 1, "a", "a1"),
                                List.of(
                                        new HistoryEntry(1, Kind.NODE, "a", "a1", null, at(1), List.of()),
                                        new HistoryEntry(2, Kind.PAUSE, "b", null, null, at(2), List.of())),
                                new Pause("reason", "token", Instant.EPOCH),
                                new RunTimes(Instant.EPOCH, null))));
    }

    @Test
    void unknownRunIsEmpty() {
        StepVerifier.create(states.find("run")).verifyComplete();
    }

    @Test
    void branchesAreInsideOfTheirNode() {
        JournalEntry failed = new JournalEntry(
                1,
                "q",
                Kind.BRANCH,
                "q",
                null,
                new ErrorInfo("internal", "no", false),
                null,
                new Commit(new UUID(0, 1), 1, at(1)));
        log.add(
                KEY,
                RunStatus.COMPLETED,
                BEGUN,
                start(),
                entry(1, "p", Kind.BRANCH, "p", json(Change.ofOutput(7))),
                failed,
                node(1, "fan"),
                node(2, "b"));

        WorkflowState state = found();
        assertThat(state.history()).extracting(HistoryEntry::node).containsExactly("fan", "b");
        assertThat(state.history().get(0).branches())
                .containsExactly(
                        new HistoryEntry(1, Kind.BRANCH, "p", 7, null, at(1), List.of()),
                        new HistoryEntry(
                                1, Kind.BRANCH, "q", null, new ErrorInfo("internal", "no", false), at(1), List.of()));
        assertThat(state.history().get(1).branches()).isEmpty();
        assertThat(state.data()).containsOnlyKeys("in", "fan", "b");
    }

    @Test
    void whatIsCommittedWhileItIsReadIsLeftOut() {
        log.add(KEY, RunStatus.RUNNING, BEGUN, start(), node(1, "a"));
        log.journalOf(KEY).add(entry(2, "p", Kind.BRANCH, "p", json(Change.ofOutput(7))));
        log.journalOf(KEY).add(node(2, "fan"));

        WorkflowState state = found();
        assertThat(state.history()).hasSize(1);
        assertThat(state.data()).containsOnlyKeys("in", "a");
    }

    @Test
    void longJournalIsReadToItsEnd() {
        JournalEntry[] journal = new JournalEntry[1_001];
        journal[0] = start();
        for (int i = 1; i < journal.length; i++) {
            journal[i] = node(i, "n" + i % 3);
        }
        log.add(KEY, RunStatus.RUNNING, BEGUN, journal);

        assertThat(found().history()).hasSize(1_000).last().returns(1_000L, HistoryEntry::sequence);
        assertThat(found().data()).isEqualTo(Map.of("in", 1, "n0", "n0999", "n1", "n11000", "n2", "n2998"));
    }

    @Test
    void journalWithGapsIsCorrupt() {
        log.add(KEY, RunStatus.RUNNING, BEGUN, start(), node(2, "a"));

        StepVerifier.create(states.find("run"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CorruptStateException.class)
                        .hasMessageContaining("Run 'run' has made 2 transitions"));
    }

    @Test
    void snapshotThatIsNoneNamesItsRun() {
        log.add(KEY, RunStatus.RUNNING, new Snapshot(0, "{\"v\":9}"), start());

        StepVerifier.create(states.find("run"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CorruptStateException.class)
                        .hasMessageContaining("Run 'run': ")
                        .hasMessageContaining("newer"));
    }

    @Test
    void runThatGoesAwayWhileItIsReadIsNotThere() {
        log.add(new RunKey("", "stays"), RunStatus.COMPLETED, BEGUN, start(), node(1, "a"));
        log.add(KEY, RunStatus.COMPLETED, BEGUN, start(), node(1, "a"));
        log.forgetWhenRead(KEY);

        StepVerifier.create(states.findByWorkflow("w").map(WorkflowState::runId))
                .expectNext("stays")
                .verifyComplete();
    }

    @Test
    void runThatCannotBeReadIsLeftOutOfLists() {
        log.add(new RunKey("", "before"), RunStatus.COMPLETED, BEGUN, start(), node(1, "a"));
        log.add(new RunKey("", "no snapshot"), RunStatus.COMPLETED, new Snapshot(0, "{"), start());
        log.add(KEY, RunStatus.COMPLETED, BEGUN, start(), entry(1, "", Kind.NODE, "a", "no JSON"));
        log.add(new RunKey("", "after"), RunStatus.COMPLETED, BEGUN, start(), node(1, "a"));

        StepVerifier.create(states.findByWorkflow("w").map(WorkflowState::runId))
                .expectNext("after", "before")
                .verifyComplete();
        StepVerifier.create(states.findByStatus(WorkflowStatus.COMPLETED).map(WorkflowState::runId))
                .expectNext("after", "before")
                .verifyComplete();
        StepVerifier.create(states.find("run")).verifyError(CorruptStateException.class);
    }

    @Test
    void runOfAnotherTenantIsNotFound() {
        log.add(new RunKey("acme", "run"), RunStatus.COMPLETED, BEGUN, start());

        StepVerifier.create(states.find("run")).verifyComplete();
        StepVerifier.create(states.find("run").contextWrite(Tenancy.as(tenant("other"))))
                .verifyComplete();
        StepVerifier.create(states.findByStatus(WorkflowStatus.COMPLETED)).verifyComplete();
        assertOnly(
                states.find("run").contextWrite(Tenancy.as(tenant("acme"))),
                state -> assertThat(state.tenantId()).isEqualTo("acme"));
    }

    private void addRuns(int count) {
        for (int i = 0; i < count; i++) {
            log.add(new RunKey("", "run" + i), RunStatus.PAUSED, BEGUN, start(), node(1, "a"));
        }
    }

    @Test
    void listsAreReadToTheirEnd() {
        addRuns(120);
        log.add(KEY, RunStatus.COMPLETED, BEGUN, start());

        StepVerifier.create(states.findByStatus(WorkflowStatus.PAUSED).map(WorkflowState::runId))
                .expectNext("run119")
                .expectNextCount(118)
                .expectNext("run0")
                .verifyComplete();
        StepVerifier.create(states.findByWorkflow("w")).expectNextCount(121).verifyComplete();
        StepVerifier.create(states.findByWorkflow("other")).verifyComplete();
    }

    @Test
    void listOfWholePagesEnds() {
        addRuns(100);

        StepVerifier.create(states.findByWorkflow("w")).expectNextCount(100).verifyComplete();
    }

    @Test
    void listsReadNoMoreThanIsAskedFor() {
        addRuns(120);

        StepVerifier.create(states.findByWorkflow("w"), 0)
                .then(() -> assertThat(log.pagesRead).isZero())
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(log.pagesRead + log.journalsRead).isEqualTo(2))
                .thenRequest(49)
                .expectNextCount(49)
                .then(() -> assertThat(log.pagesRead).isEqualTo(1))
                .then(() -> assertThat(log.journalsRead).isEqualTo(50))
                .thenRequest(1)
                .expectNextCount(1)
                .then(() -> assertThat(log.pagesRead).isEqualTo(2))
                .thenCancel()
                .verify();
    }

    @Test
    void stateFromAListIsTheOneThatIsFound() {
        log.add(KEY, RunStatus.PENDING, BEGUN, start(), node(1, "a"));

        assertOnly(
                states.findByWorkflow("w").single(), state -> assertThat(state).isEqualTo(found()));
        assertOnly(
                states.findByWorkflow("w").single().flatMap(states::save).thenReturn(true),
                saved -> assertThat(found().history()).hasSize(2));
    }

    @Test
    void stateThatIsSavedIsWhereTheRunGoesOn() {
        log.add(KEY, RunStatus.PENDING, BEGUN, start(), entry(1, "", Kind.NODE, "a", json(Map.of("laps", 3))));
        WorkflowState changed = with(found(), "b", WorkflowStatus.PENDING, Map.of("x", List.of(1)));

        StepVerifier.create(states.save(changed)).verifyComplete();

        assertThat(found())
                .returns("b", WorkflowState::currentNode)
                .returns(Map.of("x", List.of(1)), WorkflowState::data)
                .satisfies(state -> assertThat(state.history()).hasSize(2))
                .satisfies(state -> assertThat(state.history().get(1)).returns(Kind.PATCH, HistoryEntry::kind));
        assertThat(RunImage.fromJson(log.run(KEY).snapshot().json()).control())
                .as("what the engine knows")
                .isEqualTo(Map.of("laps", 3, "next", "b"));
        assertThat(log.run(KEY).progress().undo()).isEqualTo(1);
    }

    @Test
    void runThatStaysPausedKeepsAllOfItsPause() {
        RunRecord run = log.add(KEY, RunStatus.PAUSED, BEGUN, start());
        StepVerifier.create(states.save(with(found(), "b", WorkflowStatus.PAUSED, Map.of())))
                .verifyComplete();

        assertThat(log.run(KEY).pause()).isEqualTo(run.pause()).returns("{}", Waiting::spec);
    }

    @Test
    void movedRunKnowsNothingOfTheNodeItWasAt() {
        Map<String, Object> known = new HashMap<>();
        RunImage.Control.OF_NODE.forEach(name -> known.put(name, Map.of("a", 1)));
        known.putAll(Map.of("try/", 1, "try/a", 1, "try/undo/1", 1, "undo/1", "a", "counted", "a", "laps", 3));
        log.add(KEY, RunStatus.PAUSED, BEGUN, start(), entry(1, "", Kind.NODE, "a", json(known)));

        StepVerifier.create(states.save(with(found(), "b", WorkflowStatus.PAUSED, Map.of())))
                .verifyComplete();

        Map<String, Object> asked = Steps.asked("", "reason", "token", false);
        assertThat(RunImage.fromJson(log.run(KEY).snapshot().json()).control())
                .isEqualTo(
                        Map.of("next", "b", "asked", asked, "try/undo/1", 1, "undo/1", "a", "counted", "b", "laps", 3));
    }

    @Test
    void runThatWaitsForRunsOfItsOwnIsUnderWay() {
        log.add(
                KEY,
                RunStatus.PENDING,
                BEGUN,
                start(),
                entry(1, "", Kind.NODE, "a", json(Map.of("children", Map.of("", "child")))));

        StepVerifier.create(states.save(with(found(), "b", WorkflowStatus.PENDING, Map.of())))
                .verifyError(StaleStateException.class);
        assertThat(found().history()).hasSize(1);
    }

    private static String json(Map<String, Object> control) {
        return json(new Change(null, Map.of(), control));
    }

    @Test
    void stateOfARunThatWentOnIsStale() {
        log.add(KEY, RunStatus.PENDING, BEGUN, start(), node(1, "a"));
        WorkflowState old = found();
        StepVerifier.create(states.save(old)).verifyComplete();

        StepVerifier.create(states.save(old)).verifyError(StaleStateException.class);
        assertThat(found().history()).hasSize(2);
    }

    @Test
    void stateIsAsLargeAsItIsSaidToBe() {
        log.add(KEY, RunStatus.PENDING, BEGUN, start());
        WorkflowState small = with(found(), "a", WorkflowStatus.PENDING, Map.of("x", "y".repeat(200)));
        WorkflowState large = with(found(), "a", WorkflowStatus.PENDING, Map.of("x", "y".repeat(3 * LIMIT)));
        RunStore store = RunStore.of(log);

        StepVerifier.create(store.withMaxStateBytes(100).save(small)).verifyError(StateNotStorableException.class);
        StepVerifier.create(store.save(large)).verifyError(StateNotStorableException.class);
        assertThat(found().history()).isEmpty();
        StepVerifier.create(store.withMaxStateBytes(4 * LIMIT).save(large)).verifyComplete();
        assertThat(found().data()).isEqualTo(large.data());
    }

    @Test
    void runThatIsUnderWayCannotBeSaved() {
        log.add(KEY, RunStatus.RUNNING, BEGUN, start());
        WorkflowState state = found();

        StepVerifier.create(states.save(with(state, "a", WorkflowStatus.PENDING, Map.of())))
                .verifyError(StaleStateException.class);
    }

    @Test
    void newStateIsANewRunOfTheTenant() {
        Pause pause = new Pause("why", "its token", Instant.ofEpochSecond(5));
        WorkflowState state = new WorkflowState(
                "w",
                "3",
                "run",
                null,
                "b",
                WorkflowStatus.PAUSED,
                Map.of("x", 1),
                List.of(),
                pause,
                new RunTimes(Instant.ofEpochSecond(4), null));

        StepVerifier.create(states.save(state).contextWrite(Tenancy.as(tenant("acme"))))
                .verifyComplete();

        StepVerifier.create(states.find("run")).verifyComplete();
        assertOnly(
                states.find("run").contextWrite(Tenancy.as(tenant("acme"))),
                kept -> assertThat(kept)
                        .isEqualTo(new WorkflowState(
                                "w",
                                "3",
                                "run",
                                "acme",
                                "b",
                                WorkflowStatus.PAUSED,
                                Map.of("x", 1),
                                List.of(),
                                pause,
                                state.times())));
    }

    @Test
    void newRunBeginsWithoutTheHistoryOfAnother() {
        log.add(new RunKey("", "other"), RunStatus.PENDING, BEGUN, start(), node(1, "a"));
        List<WorkflowState> other = new ArrayList<>();
        assertOnly(states.find("other"), other::add);
        WorkflowState copy = new WorkflowState(
                "w",
                "1",
                "run",
                null,
                "b",
                WorkflowStatus.PENDING,
                Map.of(),
                other.get(0).history(),
                null,
                new RunTimes(null, null));

        StepVerifier.create(states.save(copy)).verifyComplete();

        assertThat(found().history()).isEmpty();
        StepVerifier.create(states.save(found())).verifyComplete();
    }

    @Test
    void stateOfOneTenantIsNotSavedForAnother() {
        log.add(new RunKey("acme", "run"), RunStatus.PENDING, BEGUN, start());
        List<WorkflowState> acmes = new ArrayList<>();
        assertOnly(states.find("run").contextWrite(Tenancy.as(tenant("acme"))), acmes::add);

        StepVerifier.create(states.save(acmes.get(0))).verifyError(StaleStateException.class);
        assertThat(log.runs).containsOnlyKeys(new RunKey("acme", "run"));
    }

    @Test
    void whatCannotBeKeptIsNotSaved() {
        log.add(KEY, RunStatus.PENDING, BEGUN, start());
        WorkflowState state = found();

        StepVerifier.create(states.save(with(state, "a", WorkflowStatus.PENDING, Map.of("x", Double.NaN))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(StateNotStorableException.class)
                        .hasMessageContaining("'data.x'"));
        StepVerifier.create(states.save(
                        with(state, "a", WorkflowStatus.PENDING, Map.of("x", "a".repeat(5 * 1024 * 1024)))))
                .verifyError(StateNotStorableException.class);
        assertThat(found()).isEqualTo(state);
    }

    @Test
    @NullUnmarked // it is what nobody may leave out
    void stateThatLacksAPartIsNotSaved() {
        WorkflowState state = new WorkflowState("w", "1", "run", null, "a", null, null, List.of(), null, null);

        StepVerifier.create(states.save(null))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(StateNotStorableException.class)
                        .hasMessageContaining("is null"));
        StepVerifier.create(states.save(state))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(StateNotStorableException.class)
                        .hasMessage("The state of run 'run' has no status, no data, no times."));
        assertThat(log.runs).isEmpty();
    }

    @Test
    void savingBeginsWithItsSubscriber() {
        log.add(KEY, RunStatus.PENDING, BEGUN, start());
        Mono<Void> save = states.save(found());

        assertThat(found().history()).isEmpty();
        StepVerifier.create(save).verifyComplete();
        assertThat(found().history()).hasSize(1);
    }

    @Test
    void runThatHasEndedIsForgotten() {
        log.add(KEY, RunStatus.COMPLETED, BEGUN, start());

        StepVerifier.create(states.delete("run").contextWrite(Tenancy.as(tenant("acme"))))
                .verifyComplete();
        assertThat(log.runs).containsKey(KEY);
        StepVerifier.create(states.delete("run")).verifyComplete();
        assertThat(log.runs).isEmpty();
        StepVerifier.create(states.delete("run")).verifyComplete();
    }

    @Test
    void runThatIsUnderWayIsNotForgotten() {
        log.add(KEY, RunStatus.RUNNING, BEGUN, start());

        StepVerifier.create(states.delete("run")).verifyError(StaleStateException.class);
        assertThat(log.runs).containsKey(KEY);
    }

    @Test
    void expiredRunsAreForgotten() {
        StepVerifier.create(states.deleteExpired()).expectNext(3L).verifyComplete();
    }
}
