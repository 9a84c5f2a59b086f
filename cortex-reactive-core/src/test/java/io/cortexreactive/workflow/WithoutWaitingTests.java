package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Who begins a run or answers it, and does not stay. */
class WithoutWaitingTests {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final WorkflowEngine engine = WorkflowEngine.create(WorkflowEngine.Parts.of(RunStore.inMemory()));

    private final Workflow asks = Workflow.bind(
            Workflow.define("asks")
                    .humanInput("ask", "Well?", null, null, OnTimeout.fail())
                    .callback("work", run -> Mono.never())
                    .edge("ask", "work")
                    .build(),
            engine);

    private final Workflow works = Workflow.bind(
            Workflow.define("works").callback("work", run -> Mono.never()).build(), engine);

    private static WorkflowResult now(Mono<WorkflowResult> result) {
        return Objects.requireNonNull(result.block(SOON));
    }

    private static void assertUnderWay(WorkflowResult result) {
        assertThat(result.status()).isIn(WorkflowStatus.PENDING, WorkflowStatus.RUNNING);
        assertThat(result.state().runId()).isEqualTo(result.runId());
    }

    @Test
    void aRunIsKnownAsSoonAsItHasBegun() {
        WorkflowResult begun = now(works.withoutWaiting().run(Map.of()));

        assertUnderWay(begun);
        assertThat(works.cancel(begun.runId()).block(SOON)).isTrue();
    }

    @Test
    void anAnswerIsTakenWithoutWhatComesOfIt() {
        String id = now(asks.run(Map.of())).runId();

        assertUnderWay(now(asks.withoutWaiting().resume(id, Map.of("yes", true))));
        assertThat(asks.cancel(id).block(SOON)).isTrue();
    }

    @Test
    void aForkIsKnownAsSoonAsItHasBegun() {
        String id = now(works.withoutWaiting().run(Map.of())).runId();

        WorkflowResult fork = now(works.withoutWaiting().fork(id, 0, Map.of()));

        assertUnderWay(fork);
        assertThat(fork.runId()).isNotEqualTo(id);
        assertThat(works.cancel(id).block(SOON)).isTrue();
        assertThat(works.cancel(fork.runId()).block(SOON)).isTrue();
    }

    @Test
    void whatIsRefusedIsRefusedAtOnce() {
        String id = now(works.withoutWaiting().run(Map.of())).runId();

        assertThat(works.withoutWaiting()
                        .resume(id, Map.of())
                        .map(result -> "taken")
                        .onErrorReturn(WorkflowNotPausedException.class, "refused")
                        .block(SOON))
                .isEqualTo("refused");
        assertThat(works.cancel(id).block(SOON)).isTrue();
    }
}
