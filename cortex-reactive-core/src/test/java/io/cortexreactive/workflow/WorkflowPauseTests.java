package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.cortexreactive.schema.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class WorkflowPauseTests extends WorkflowFixture {

    private static final Schema YES =
            Schema.object().property("ok", Schema.bool()).required("ok");
    private static final Map<String, Object> OK = Map.of("ok", true);

    private WorkflowDefinition review(@Nullable Duration timeout, OnTimeout onTimeout) {
        return Workflow.define("w")
                .callback("a", gives(1))
                .humanInput("review", "Please approve", YES, timeout, onTimeout)
                .callback("z", gives("done"))
                .edge("a", "review")
                .edge("review", "z")
                .startAt("a")
                .endAt("z")
                .build();
    }

    private WorkflowDefinition review() {
        return review(null, OnTimeout.fail());
    }

    @Test
    void runWaitsForItsAnswerAndHoldsNothing() {
        Workflow workflow = engine.bind(review());
        WorkflowResult paused = await(workflow.run(NOTHING));

        assertThat(paused.status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(paused.pauseToken()).isNotNull();
        assertThat(engine.worker().load()).isZero();
        WorkflowResult result = await(workflow.resume(paused.runId(), OK));
        assertThat(result.status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(result.state().data()).contains(entry("review", OK));
        assertThat(ran).containsExactly("a", "z");
        assertThat(told())
                .containsExactly("Started", "NodeExited", "Paused", "Resumed", "NodeExited", "NodeExited", "Completed");
    }

    @Test
    void answerThatDoesNotFitLeavesTheRunPaused() {
        Workflow workflow = engine.bind(review());
        WorkflowResult paused = await(workflow.run(NOTHING));

        assertThatThrownBy(() -> await(workflow.resume(paused.runId(), Map.of("ok", "perhaps"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("review");
        assertThat(await(workflow.resume(paused.runId(), OK)).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void oneOfManyAnswersCounts() {
        Workflow workflow = engine.bind(review());
        WorkflowResult paused = await(workflow.run(NOTHING));
        List<Begun<WorkflowResult>> all = IntStream.range(0, 32)
                .mapToObj(i -> begin(
                        workflow.resume(paused.runId(), OK, new ResumeOptions(paused.pauseToken(), "request " + i))))
                .toList();
        pass(SCAN);

        assertThat(all).filteredOn(begun -> begun.value.get() != null).hasSize(1);
        assertThat(all)
                .filteredOn(begun -> begun.error.get() instanceof WorkflowNotPausedException)
                .hasSize(31);
        assertThat(kinds(paused.runId())).filteredOn("INPUT"::equals).hasSize(1);
    }

    @Test
    void sameRequestHasTheSameAnswer() {
        Workflow workflow = engine.bind(review());
        String runId = await(workflow.run(NOTHING)).runId();
        ResumeOptions request = new ResumeOptions(null, "request");
        WorkflowResult first = await(workflow.resume(runId, OK, request));

        assertThat(await(workflow.resume(runId, OK, request)).output()).isEqualTo(first.output());
        assertThatThrownBy(() -> await(workflow.resume(runId, OK)))
                .isInstanceOfSatisfying(
                        WorkflowNotPausedException.class,
                        e -> assertThat(e.status()).isEqualTo(WorkflowStatus.COMPLETED));
    }

    @Test
    void requestThatIsSentTwiceAtOnceIsToldOnce() {
        Line line = new Line(log);
        Workflow workflow = engine(line.store()).bind(review());
        String runId = await(workflow.run(NOTHING)).runId();
        line.slow("answer", Duration.ofMillis(10));
        ResumeOptions request = new ResumeOptions(null, "request");
        Begun<WorkflowResult> first = begin(workflow.resume(runId, OK, request));
        Begun<WorkflowResult> second = begin(workflow.resume(runId, OK, request));

        assertThat(first.await(SCAN).output()).isEqualTo(second.await(SCAN).output());
        await(workflow.resume(runId, OK, request));
        assertThat(told()).filteredOn("Resumed"::equals).hasSize(1);
    }

    @Test
    void requestIdsOfTimeoutsAreRefused() {
        Workflow workflow = engine.bind(review());
        String runId = await(workflow.run(NOTHING)).runId();

        assertThatThrownBy(() -> await(workflow.resume(runId, OK, new ResumeOptions(null, "timeout:x"))))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void unknownRunIsNotFound() {
        Workflow workflow = engine.bind(review());

        assertThatThrownBy(() -> await(workflow.resume("?", OK))).isInstanceOf(WorkflowNotFoundException.class);
        assertThatThrownBy(() -> await(workflow.cancel("?"))).isInstanceOf(WorkflowNotFoundException.class);
        assertThatThrownBy(() -> await(workflow.follow("?", null).then()))
                .isInstanceOf(WorkflowNotFoundException.class);
        assertThatThrownBy(() -> await(workflow.history("?").then())).isInstanceOf(WorkflowNotFoundException.class);
    }

    @Test
    void nobodyAnsweredFailsTheRun() {
        assertThat(code(timedOut(OnTimeout.fail()))).isEqualTo("input_timed_out");
    }

    @Test
    void nobodyAnsweredCancelsTheRun() {
        assertThat(timedOut(OnTimeout.cancel()).status()).isEqualTo(WorkflowStatus.CANCELLED);
    }

    @Test
    void nobodyAnsweredAnswersWithTheDefault() {
        WorkflowResult result = timedOut(OnTimeout.answer(Map.of("ok", false)));

        assertThat(result.status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(result.state().data()).contains(entry("review", Map.of("ok", false)));
    }

    private WorkflowResult timedOut(OnTimeout onTimeout) {
        await(engine.start());
        WorkflowDefinition definition = review(Duration.ofHours(1), onTimeout);
        String runId = run(definition).runId();
        pass(Duration.ofMinutes(61));
        assertThat(told()).contains("Resumed");
        return result(runId);
    }

    private WorkflowResult result(String runId) {
        WorkflowState state = stored(runId);
        return new WorkflowResult(runId, state.status(), Map.of(), state);
    }

    @Test
    void runThatMayTakeNoLongerFailsAlsoWhilePaused() {
        await(engine.start());
        Workflow workflow = engine.bind(review());
        String runId = await(workflow.run(NOTHING, new RunOptions(null, Duration.ofMinutes(1))))
                .runId();
        pass(Duration.ofMinutes(2));

        WorkflowResult result = result(runId);
        assertThat(result.status()).isEqualTo(WorkflowStatus.FAILED);
        assertThat(code(result)).isEqualTo("workflow_timed_out");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void answerTimeoutAndCancelRaceAndOneWins(int first) {
        Workflow workflow = engine.bind(review(Duration.ofHours(1), OnTimeout.fail()));
        String runId = await(workflow.run(NOTHING)).runId();
        pass(Duration.ofHours(1));
        List<Mono<?>> racers = List.of(workflow.resume(runId, OK), log.sweep(10).then(), workflow.cancel(runId));
        for (int i = 0; i < 3; i++) {
            begin(racers.get((first + i) % 3));
        }
        pass(SCAN.multipliedBy(3));

        List<String> kinds = kinds(runId);
        assertThat(kinds).filteredOn("TERMINAL"::equals).hasSize(1);
        assertThat(kinds).filteredOn("INPUT"::equals).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void timeoutOfAQuestionNeedsAStartedEngine() {
        String runId = run(review(Duration.ofHours(1), OnTimeout.answer(OK))).runId();
        pass(Duration.ofHours(2));
        assertThat(stored(runId).status()).isEqualTo(WorkflowStatus.PAUSED);

        await(engine.start());
        pass(SCAN.multipliedBy(5));

        assertThat(stored(runId).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void callbackIsCalledAgainWithItsAnswer() {
        WorkflowDefinition definition = WorkflowRunTests.single(WorkflowNode.callback(
                "a",
                context -> Mono.just(
                        context.answer() == null ? NodeResult.pause("why?") : NodeResult.of(context.answer()))));
        WorkflowResult paused = run(definition);

        assertThat(reason(paused)).isEqualTo("why?");
        assertThat(await(engine.bind(definition).resume(paused.runId(), Map.of("because", 1)))
                        .output())
                .containsExactly(entry("because", 1));
    }

    @Test
    void cancelEndsAPausedRunOnce() {
        Workflow workflow = engine.bind(review());
        String runId = await(workflow.run(NOTHING)).runId();

        assertThat(await(workflow.cancel(runId))).isTrue();
        assertThat(await(workflow.cancel(runId))).isFalse();
        assertThat(told()).endsWith("Cancelled").filteredOn("Cancelled"::equals).hasSize(1);
    }
}
