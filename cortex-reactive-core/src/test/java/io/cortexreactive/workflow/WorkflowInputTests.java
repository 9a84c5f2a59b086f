package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.InvalidIdException;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** What is no input, whose run it is not, and ids that no store can keep. */
@SuppressWarnings("NullAway") // what callers do who do not look at nullness
class WorkflowInputTests extends WorkflowFixture {

    private final WorkflowDefinition asking = Workflow.define("asks")
            .callback("a", gives(1))
            .humanInput("review", "Please approve", null, null, OnTimeout.fail())
            .edge("a", "review")
            .build();

    static Stream<@Nullable Map<String, Object>> noInputs() {
        return Stream.of(null, Collections.singletonMap(null, 1));
    }

    @ParameterizedTest
    @MethodSource("noInputs")
    void whatIsNoInputBeginsNothing(@Nullable Map<String, Object> input) {
        Workflow workflow = engine.bind(asking);

        assertThatThrownBy(() -> await(workflow.run(input)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("The input");
        assertThatThrownBy(() -> await(workflow.run(input, new RunOptions("key", null))))
                .isInstanceOf(InvalidInputException.class);

        assertThat(log.page(all()).collectList().block()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("noInputs")
    void whatIsNoAnswerLeavesTheRunPaused(@Nullable Map<String, Object> answer) {
        Workflow workflow = engine.bind(asking);
        String runId = await(workflow.run(NOTHING)).runId();

        assertThatThrownBy(() -> await(workflow.resume(runId, answer)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("The answer");

        assertThat(kinds(runId)).containsExactly("START", "NODE", "PAUSE");
        assertThat(await(workflow.resume(runId, NOTHING)).status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @ParameterizedTest
    @MethodSource("noInputs")
    void whatChangesNothingForksNothing(@Nullable Map<String, Object> changes) {
        Workflow workflow = engine.bind(asking);
        String runId = await(workflow.run(NOTHING)).runId();

        assertThatThrownBy(() -> await(workflow.fork(runId, 1, changes)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a fork changes");

        assertThat(log.page(all()).collectList().block()).hasSize(1);
    }

    @Test
    @NullUnmarked // it is what nobody may give
    void missingOptionsAreNamed() {
        Workflow workflow = engine.bind(asking);
        String runId = await(workflow.run(NOTHING)).runId();

        assertThatThrownBy(() -> await(workflow.run(NOTHING, null)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("RunOptions.DEFAULTS");
        assertThatThrownBy(() -> await(workflow.resume(runId, NOTHING, null)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ResumeOptions.DEFAULTS");
        assertThat(stored(runId).status()).isEqualTo(WorkflowStatus.PAUSED);
    }

    @Test
    void aNullIsAValueLikeAnother() {
        Workflow workflow = engine.bind(asking);
        Map<String, Object> nothing = Collections.singletonMap("nothing", null);

        WorkflowResult paused = await(workflow.run(nothing, new RunOptions("key", null)));
        WorkflowResult forked = await(workflow.fork(paused.runId(), 1, Collections.singletonMap("none", null)));
        WorkflowResult done = await(workflow.resume(paused.runId(), nothing));

        assertThat(done.state().data()).containsEntry("nothing", null).containsEntry("review", nothing);
        assertThat(forked.state().data()).containsEntry("none", null);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " ", "no\0run", "\ud800"})
    void anIdThatIsNoneIsToldAsOne(@Nullable String runId) {
        Workflow workflow = engine.bind(asking);

        assertInvalid(workflow.resume(runId, NOTHING).flux());
        assertInvalid(workflow.cancel(runId).flux());
        assertInvalid(workflow.fork(runId, 0, NOTHING).flux());
        assertInvalid(workflow.history(runId));
        assertInvalid(workflow.follow(runId, null));
        assertInvalid(RunStore.of(log).find(runId).flux());
        assertInvalid(RunStore.of(log).delete(runId).flux());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no\0key", "\udc00"})
    void aKeyThatIsNoneIsToldAsOne(String key) {
        Workflow workflow = engine.bind(asking);
        String runId = await(workflow.run(NOTHING)).runId();

        assertInvalid(workflow.run(NOTHING, new RunOptions(key, null)).flux());
        assertInvalid(
                workflow.resume(runId, NOTHING, new ResumeOptions(null, key)).flux());

        assertThat(log.page(all()).collectList().block()).hasSize(1);
        assertThat(kinds(runId)).containsExactly("START", "NODE", "PAUSE");
    }

    private void assertInvalid(Flux<?> call) {
        assertThatThrownBy(() -> await(call.then())).isInstanceOf(InvalidIdException.class);
    }

    @Test
    void aRunOfAnotherWorkflowIsNotFound() {
        String runId = await(engine.bind(asking).run(NOTHING)).runId();
        Workflow another = engine.bind(Workflow.define("another")
                .callback("a", gives(1))
                .humanInput("review", "Please approve", null, null, OnTimeout.fail())
                .edge("a", "review")
                .build());

        assertNotFound(another.resume(runId, NOTHING).flux());
        assertNotFound(another.cancel(runId).flux());
        assertNotFound(another.fork(runId, 1, NOTHING).flux());
        assertNotFound(another.history(runId));
        assertNotFound(another.follow(runId, null));

        assertThat(stored(runId).status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(log.page(all()).collectList().block()).hasSize(1);
        assertThat(await(engine.bind(asking).cancel(runId))).isTrue();
    }

    @Test
    void aRunOfAnotherVersionIsFound() {
        String runId = await(engine.bind(asking).run(NOTHING)).runId();
        Workflow next = engine.bind(
                Workflow.define("asks").version("2").callback("a", gives(1)).build());

        assertThat(await(next.history(runId).collectList())).hasSize(2);
        assertThat(await(next.cancel(runId))).isTrue();
    }

    private void assertNotFound(Flux<?> call) {
        assertThatThrownBy(() -> await(call.then())).isInstanceOf(WorkflowNotFoundException.class);
    }
}
