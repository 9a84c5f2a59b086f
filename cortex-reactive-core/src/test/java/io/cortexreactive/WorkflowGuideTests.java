package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.workflow.NodeContext;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.OnTimeout;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowEvent;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeExited;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowPaused;
import io.cortexreactive.workflow.WorkflowNode;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowState;
import io.cortexreactive.workflow.WorkflowStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@code docs/plugins/workflow.md} shows, compiled and run. */
class WorkflowGuideTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final ScriptedProvider provider =
            ScriptedProvider.of("A text.", "A better text.", "Another text.", "One more.");
    private final AgentDefinition writer =
            Agent.define("writer").systemPrompt("You write.").build();
    private final List<Object> published = new ArrayList<>();

    private final WorkflowDefinition pipeline = definition();

    private WorkflowDefinition definition() {
        WorkflowDefinition pipeline = Workflow.define("content-pipeline")
                .version("1")
                .agent("write", "writer", state -> "Write about " + state.data().get("topic"))
                .humanInput(
                        "review",
                        "May this be published?",
                        Schema.object().property("approved", Schema.bool()).required("approved"),
                        Duration.ofDays(7),
                        OnTimeout.cancel())
                .condition("check", state -> isApproved(state), "publish", "write")
                .callback("publish", context -> publish(context).map(NodeResult::of))
                .edge("write", "review")
                .edge("review", "check")
                .build();
        return pipeline;
    }

    private static boolean isApproved(WorkflowState state) {
        return state.data().get("review") instanceof Map<?, ?> review && Boolean.TRUE.equals(review.get("approved"));
    }

    private Mono<String> publish(NodeContext context) {
        return Mono.fromSupplier(() -> {
            published.add(Objects.requireNonNull(context.data("write")));
            return "published";
        });
    }

    private Mono<Void> unbook(NodeContext context) {
        return Mono.fromRunnable(() -> published.remove(context.node()));
    }

    private static <T> T done(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(SOON));
    }

    @Test
    void pipelineRunsAsTheGuideSays() {
        Cortex cortex = Cortex.builder()
                .provider(provider)
                .agent(writer)
                .workflow(pipeline)
                .build();
        Workflow workflow = cortex.workflow("content-pipeline");

        Mono<WorkflowResult> begun = workflow.run(Map.of("topic", "the sea"));

        WorkflowResult paused = done(begun);
        String runId = paused.runId();
        assertThat(paused.status()).isEqualTo(WorkflowStatus.PAUSED);
        assertThat(done(workflow.resume(runId, Map.of("approved", false))).status())
                .isEqualTo(WorkflowStatus.PAUSED);

        Mono<WorkflowResult> ended = workflow.resume(runId, Map.of("approved", true));

        assertThat(done(ended).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(published).containsExactly("A better text.");
        String lastPosition = null;
        assertThat(done(nodes(workflow, runId, lastPosition)))
                .containsExactly("write", "review", "check", "write", "review", "check", "publish");
        cortex.close().block(SOON);
    }

    private static Mono<List<String>> nodes(Workflow workflow, String runId, @Nullable String lastPosition) {
        Flux<WorkflowEvent> events = workflow.follow(runId, lastPosition);
        return events.ofType(WorkflowNodeExited.class)
                .map(WorkflowNodeExited::node)
                .collectList();
    }

    @Test
    void runIsForkedAsTheGuideSays() {
        Cortex cortex = Cortex.builder()
                .provider(provider)
                .agent(writer)
                .workflow(pipeline)
                .build();
        Workflow workflow = cortex.workflow("content-pipeline");
        String runId = done(workflow.run(Map.of("topic", "the sea"))).runId();
        done(workflow.resume(runId, Map.of("approved", false)));

        Mono<WorkflowResult> again = workflow.fork(runId, 3, Map.of("topic", "the moon"));

        assertThat(done(again).runId()).isNotEqualTo(runId);
        assertThat(done(again).state().data()).containsEntry("topic", "the moon");
        cortex.close().block(SOON);
    }

    @Test
    void runsThatWaitForSomebodyAreFoundAsTheGuideSays() {
        Cortex cortex = Cortex.builder()
                .provider(provider)
                .agent(writer)
                .workflow(pipeline)
                .build();
        String runId = done(cortex.workflow("content-pipeline").run(Map.of("topic", "the sea")))
                .runId();

        Flux<WorkflowState> asked = cortex.runStore().paused(runId);

        assertThat(done(asked.collectList())).extracting(WorkflowState::runId).containsExactly(runId);
        cortex.close().block(SOON);
    }

    @Test
    void engineWorksForOthersAsTheGuideSays() {
        Cortex cortex = Cortex.builder()
                .provider(provider)
                .agent(writer)
                .workflow(pipeline)
                .build();

        Mono<Void> working = cortex.workflowEngine().start();

        working.block(SOON);
        assertThat(done(cortex.workflow("content-pipeline").run(Map.of("topic", "the sea")))
                        .status())
                .isEqualTo(WorkflowStatus.PAUSED);
        cortex.close().block(SOON);
    }

    /** Stands for whatever hands events on. */
    private record Broker(List<WorkflowEvent> sent, CountDownLatch paused) {

        Mono<Void> send(WorkflowEvent event) {
            return Mono.fromRunnable(() -> {
                sent.add(event);
                if (event instanceof WorkflowPaused) {
                    paused.countDown();
                }
            });
        }
    }

    @Test
    void eventsAreHandedOnAsTheGuideSays() throws InterruptedException {
        Cortex cortex = Cortex.builder()
                .provider(provider)
                .agent(writer)
                .workflow(pipeline)
                .build();
        Broker broker = new Broker(new CopyOnWriteArrayList<>(), new CountDownLatch(1));
        done(cortex.workflow("content-pipeline").run(Map.of("topic", "the sea")));

        Mono<Void> relaying = cortex.workflowEngine().relay(event -> broker.send(event));

        Disposable subscription = relaying.subscribe();
        assertThat(broker.paused().await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(broker.sent())
                .extracting(event -> event.getClass().getSimpleName())
                .containsExactly(
                        "WorkflowStarted",
                        "WorkflowNodeEntered",
                        "WorkflowNodeExited",
                        "WorkflowNodeEntered",
                        "WorkflowPaused");
        subscription.dispose();
        cortex.close().block(SOON);
    }

    @Test
    void settingsAreMadeAsTheGuideSays() {
        WorkflowNode.Settings careful = WorkflowNode.Settings.retry(5, Duration.ofSeconds(1))
                .withTimeout(Duration.ofSeconds(30))
                .withDeadline(Duration.ofMinutes(10))
                .withCompensation(context -> unbook(context));

        assertThat(careful.retry().attempts()).isEqualTo(5);
        assertThat(careful.timeout()).isEqualTo(Duration.ofSeconds(30));
    }
}
