package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeEntered;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

class WorkflowFollowTests extends WorkflowFixture {

    private WorkflowDefinition definition() {
        return Workflow.define("w")
                .callback("a", gives("a"))
                .humanInput("h", "ok?", null, null, OnTimeout.fail())
                .parallel("p", Merge.all(), branch("x", 1), branch("y", 2))
                .callback("z", context -> Mono.just(NodeResult.of(context.data("a"))))
                .edge("a", "h")
                .edge("h", "p")
                .edge("p", "z")
                .startAt("a")
                .endAt("z")
                .build();
    }

    private static List<String> names(List<WorkflowEvent> events) {
        return events.stream()
                .map(event -> event.getClass().getSimpleName().replace("Workflow", ""))
                .toList();
    }

    private static String position(WorkflowEvent event) {
        return String.valueOf(event.meta().metadata().get("position"));
    }

    private String ended(Workflow workflow) {
        String runId = await(workflow.run(Map.of("in", 1))).runId();
        await(workflow.resume(runId, Map.of("ok", true)));
        return runId;
    }

    private List<WorkflowEvent> followed(Workflow workflow, String runId, @Nullable String after) {
        return await(workflow.follow(runId, after).collectList());
    }

    @Test
    void whatHappenedIsToldAgainAsItWasTold() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);
        List<WorkflowEvent> followed = followed(workflow, runId, null);

        assertThat(followed.stream().map(WorkflowFollowTests::position)).doesNotHaveDuplicates();
        assertThat(followed)
                .filteredOn(event -> !(event instanceof WorkflowNodeEntered))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
                        "meta.timestamp", "state.times", "state.pause.at")
                .containsExactlyElementsOf(events.stream()
                        .filter(event -> !(event instanceof WorkflowNodeEntered))
                        .map(WorkflowEvent.class::cast)
                        .toList());
    }

    @Test
    void followingGoesOnAfterAnyPosition() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);
        List<WorkflowEvent> all = followed(workflow, runId, null);

        for (int i = 0; i < all.size(); i++) {
            assertThat(followed(workflow, runId, position(all.get(i))))
                    .containsExactlyElementsOf(all.subList(i + 1, all.size()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1",
                "1.0",
                "-1.0.",
                "1.-1.",
                "+1.0.",
                "1.+0.",
                "01.0.",
                "1.00.",
                " 1.0.",
                "99999999999.0.",
                "99.0.",
                "0.99.",
                "2.0.nope",
                "6.9.",
                "6.0.nope"
            })
    void positionThatIsNoneIsRefused(String position) {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);

        assertThatThrownBy(() -> followed(workflow, runId, position)).isInstanceOf(InvalidPositionException.class);
    }

    @Test
    void positionOfWhatIsNotThereYetIsRefusedOnceThatIsClear() {
        Workflow workflow = engine.bind(definition());
        String runId = await(workflow.run(NOTHING)).runId();
        Begun<List<WorkflowEvent>> begun = begin(workflow.follow(runId, "2.5.").collectList());
        pass(SCAN.multipliedBy(3));
        assertThat(begun.end.get()).isNull();

        await(workflow.resume(runId, Map.of("ok", true)));
        pass(SCAN.multipliedBy(3));

        assertThat(begun.error.get()).isInstanceOf(InvalidPositionException.class);
    }

    @Test
    void followerInAnotherProcessSeesItLive() {
        Workflow here = engine.bind(definition());
        String runId = await(here.run(NOTHING)).runId();
        Workflow elsewhere = engine(log).bind(definition());
        List<WorkflowEvent> seen = new ArrayList<>();
        Begun<Void> following =
                begin(elsewhere.follow(runId, null).doOnNext(seen::add).then());
        assertThat(names(seen)).containsExactly("Started", "NodeEntered", "NodeExited", "NodeEntered", "Paused");
        await(here.resume(runId, NOTHING));
        following.await(SCAN.multipliedBy(3));

        assertThat(names(seen)).endsWith("Completed");
        assertThat(engine.worker().watched()).isZero();
    }

    @Test
    void followerGetsWhatItAsksFor() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);
        List<WorkflowEvent> seen = new ArrayList<>();
        BaseSubscriber<WorkflowEvent> slow = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(2);
            }

            @Override
            protected void hookOnNext(WorkflowEvent event) {
                seen.add(event);
            }
        };
        workflow.follow(runId, null).subscribe(slow);
        pass(SCAN);

        assertThat(seen).hasSize(2);
        slow.request(1);
        assertThat(seen).hasSize(3);
        slow.cancel();
        assertThat(engine.worker().watched()).isZero();
    }

    @Test
    void historyHasEachTransitionWithItsBranches() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);
        List<WorkflowState.HistoryEntry> history = await(workflow.history(runId).collectList());

        assertThat(history)
                .extracting(WorkflowState.HistoryEntry::kind)
                .containsExactly(
                        JournalEntry.Kind.NODE,
                        JournalEntry.Kind.PAUSE,
                        JournalEntry.Kind.INPUT,
                        JournalEntry.Kind.NODE,
                        JournalEntry.Kind.NODE,
                        JournalEntry.Kind.TERMINAL);
        assertThat(history.get(4).branches()).hasSize(2);
        assertThat(history).isEqualTo(stored(runId).history());
    }

    @Test
    void forkGoesOnFromAnyTransitionWithChanges() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);
        WorkflowResult fork = await(workflow.fork(runId, 3, Map.of("a", "changed")));

        assertThat(fork.runId()).isNotEqualTo(runId);
        assertThat(fork.output()).containsExactly(entry("z", "changed"));
        assertThat(fork.state().data()).contains(entry("in", 1), entry("h", Map.of("ok", true)));
        assertThat(record(new RunKey("", fork.runId())).lineage().forkedFrom()).isEqualTo(runId);
    }

    @Test
    void forkFromTheBeginningRunsAllAgain() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);
        ran.clear();

        assertThat(await(workflow.fork(runId, 0, NOTHING)).status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(ran).containsExactly("a");
    }

    @Test
    void nothingGoesOnFromTheEnd() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);

        assertThatThrownBy(() -> await(workflow.fork(runId, 6, NOTHING))).isInstanceOf(InvalidPositionException.class);
        assertThatThrownBy(() -> await(workflow.fork(runId, 99, NOTHING))).isInstanceOf(InvalidPositionException.class);
    }

    /** What is told of nodes that are entered: which, in which branch, and what was known then. */
    private static List<Object> entered(List<? extends CortexEvent> events) {
        return events.stream()
                .filter(WorkflowNodeEntered.class::isInstance)
                .map(WorkflowNodeEntered.class::cast)
                .<Object>map(event -> List.of(
                        event.meta().sequence(),
                        event.node(),
                        event.meta().metadata().getOrDefault("branch", ""),
                        event.state().data()))
                .toList();
    }

    private static List<String> enteredNodes(List<? extends CortexEvent> events) {
        return events.stream()
                .filter(WorkflowNodeEntered.class::isInstance)
                .map(event -> ((WorkflowNodeEntered) event).node())
                .toList();
    }

    @Test
    void nodesAreEnteredAsTheyWereInTheProcessThatRunsThem() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);
        List<WorkflowEvent> followed = followed(engine(log).bind(definition()), runId, null);

        assertThat(enteredNodes(events)).containsExactly("a", "h", "p", "x", "y", "z");
        assertThat(entered(followed)).isEqualTo(entered(events));
        assertThat(followed.get(1).meta().metadata()).containsEntry("position", "0.1.");
    }

    @Test
    void nodesOfAWayThatIsNotTakenAreNotEntered() {
        WorkflowDefinition definition = Workflow.define("w")
                .condition("c", state -> state.data().containsKey("in"), "yes", "no")
                .node(branch("yes", 1))
                .node(branch("no", 2))
                .build();
        Workflow workflow = engine.bind(definition);
        String runId = await(workflow.run(Map.of("in", 1))).runId();

        assertThat(names(followed(workflow, runId, null)))
                .containsExactly(
                        "Started",
                        "NodeEntered",
                        "NodeExited",
                        "BranchTaken",
                        "NodeEntered",
                        "NodeExited",
                        "Completed");
        assertThat(enteredNodes(followed(workflow, runId, null))).containsExactly("c", "yes");
    }

    @Test
    void loopIsEnteredWhenTheRunComesThereAndNotForEachTurn() {
        WorkflowDefinition definition = Workflow.define("w")
                .loop("l", branch("b", 1), state -> ran.size() < 3, 10)
                .node(branch("z", 1))
                .edge("l", "z")
                .build();
        Workflow workflow = engine.bind(definition);
        String runId = await(workflow.run(NOTHING)).runId();

        assertThat(enteredNodes(events)).containsExactly("l", "b", "b", "b", "z");
        assertThat(enteredNodes(followed(workflow, runId, null))).containsExactly("l", "z");
    }

    @Test
    void nodeThatLeadsToItselfIsEnteredEachTime() {
        WorkflowDefinition definition = Workflow.define("w")
                .callback("a", gives(1))
                .callback("z", gives(1))
                .edge("a", "a", state -> ran.size() < 3, 1)
                .edge("a", "z")
                .startAt("a")
                .endAt("z")
                .build();
        Workflow workflow = engine.bind(definition);
        String runId = await(workflow.run(NOTHING)).runId();

        assertThat(enteredNodes(followed(workflow, runId, null)))
                .isEqualTo(enteredNodes(events))
                .containsExactly("a", "a", "a", "z");
    }

    @Test
    void branchesOfAParallelNodeAreEnteredAlsoWhereTheRunBegins() {
        WorkflowDefinition definition = Workflow.define("w")
                .parallel("p", Merge.all(), branch("x", 1), branch("y", 2))
                .build();
        Workflow workflow = engine.bind(definition);
        String runId = await(workflow.run(NOTHING)).runId();
        String fork = await(workflow.fork(runId, 0, NOTHING)).runId();

        assertThat(enteredNodes(followed(workflow, runId, null))).containsExactly("p", "x", "y");
        assertThat(enteredNodes(followed(workflow, fork, null))).containsExactly("p", "x", "y");
    }

    @Test
    void whatARunComesToIsNotKeptOnceItIsPast() {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);

        assertThat(RunImage.EMPTY.fold(journal(runId)).control()).doesNotContainKey(RunImage.Control.BRANCHES);
    }

    @Test
    void enteringIsToldHereForEachAttemptAndToFollowersOnce() {
        WorkflowNode flaky = WorkflowNode.callback(
                        "a",
                        context -> context.attempt() == 1
                                ? Mono.error(new IllegalStateException("once"))
                                : Mono.just(NodeResult.of(1)))
                .with(WorkflowNode.Settings.retry(2, Duration.ofMillis(10)));
        WorkflowDefinition definition = WorkflowRunTests.single(flaky);
        String runId = run(definition).runId();

        assertThat(enteredNodes(events)).containsExactly("a", "a");
        assertThat(enteredNodes(followed(engine.bind(definition), runId, null))).containsExactly("a");
    }
}
