package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
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

        assertThat(names(followed)).containsExactlyElementsOf(told());
        assertThat(followed.stream().map(WorkflowFollowTests::position)).doesNotHaveDuplicates();
        assertThat(followed)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields(
                        "meta.timestamp", "state.times", "state.pause.at")
                .containsExactlyElementsOf(events.stream()
                        .filter(event -> !(event instanceof WorkflowEvent.WorkflowNodeEntered))
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
    @ValueSource(strings = {"x", "1", "1.0", "-1.0.", "99.0."})
    void positionThatIsNoneIsRefused(String position) {
        Workflow workflow = engine.bind(definition());
        String runId = ended(workflow);

        assertThatThrownBy(() -> followed(workflow, runId, position)).isInstanceOf(InvalidPositionException.class);
    }

    @Test
    void followerInAnotherProcessSeesItLive() {
        Workflow here = engine.bind(definition());
        String runId = await(here.run(NOTHING)).runId();
        Workflow elsewhere = engine(log).bind(definition());
        List<WorkflowEvent> seen = new ArrayList<>();
        Begun<Void> following =
                begin(elsewhere.follow(runId, null).doOnNext(seen::add).then());
        assertThat(names(seen)).containsExactly("Started", "NodeExited", "Paused");
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

    @Test
    void enteringIsToldForEachAttempt() {
        WorkflowNode flaky = WorkflowNode.callback(
                        "a",
                        context -> context.attempt() == 1
                                ? Mono.error(new IllegalStateException("once"))
                                : Mono.just(NodeResult.of(1)))
                .with(WorkflowNode.Settings.retry(2, Duration.ofMillis(10)));
        run(WorkflowRunTests.single(flaky));

        assertThat(events)
                .filteredOn(WorkflowEvent.WorkflowNodeEntered.class::isInstance)
                .hasSize(2);
    }
}
