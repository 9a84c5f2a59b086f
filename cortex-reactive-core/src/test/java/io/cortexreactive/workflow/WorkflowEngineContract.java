package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowPaused;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What becomes of runs between their engines and any store. Extend it with {@link #store}. */
public abstract class WorkflowEngineContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, Object> NOTHING = Map.of();

    private final String parent = "parent-" + UUID.randomUUID();
    private final String child = "child-" + UUID.randomUUID();
    private final WorkflowRegistry workflows = WorkflowRegistry.create(EventPublisher.none());
    private final Sinks.One<WorkflowPaused> asked = Sinks.one();
    private final EventPublisher events = new EventPublisher() {
        @Override
        public boolean wants(Class<? extends CortexEvent> type) {
            return type.equals(WorkflowPaused.class);
        }

        @Override
        public void publish(CortexEvent event) {
            asked.tryEmitValue((WorkflowPaused) event);
        }
    };

    private RunStore runs;
    private final List<String> ran = new CopyOnWriteArrayList<>();
    private WorkflowEngine engine;

    /** Where runs are kept. It may have others. */
    protected abstract RunStore store();

    @BeforeEach
    void start() {
        runs = store();
        engine = WorkflowEngine.create(WorkflowEngine.Parts.of(runs)
                .withWorkflows(workflows)
                .with(WorkflowEngine.Parts.Around.nothing().withEvents(events)));
    }

    @AfterEach
    void stop() {
        engine.stop().block(PATIENCE);
    }

    private WorkflowNode sub(String id) {
        return WorkflowNode.subWorkflow(id, child, state -> Map.of("of", id));
    }

    private WorkflowDefinition first(WorkflowNode... branches) {
        return Workflow.define(parent).parallel("p", Merge.any(), branches).build();
    }

    private static WorkflowNode endless(Sinks.Empty<Void> begun, Sinks.Empty<Void> cancelled) {
        return WorkflowNode.callback(
                "endless",
                context -> Mono.<NodeResult>never()
                        .doOnSubscribe(subscription -> begun.tryEmitEmpty())
                        .doOnCancel(cancelled::tryEmitEmpty));
    }

    @Test
    public void subWorkflowThatEndsFirstWinsAndTheOthersAreCancelled() {
        Sinks.Empty<Void> begun = Sinks.empty();
        Sinks.Empty<Void> begunBelow = Sinks.empty();
        Sinks.Empty<Void> cancelled = Sinks.empty();
        Mono<NodeResult> first = Mono.when(begun.asMono(), begunBelow.asMono()).thenReturn(NodeResult.of("first"));
        Mono<NodeResult> never = Mono.<NodeResult>never().doOnSubscribe(s -> begunBelow.tryEmitEmpty());
        workflows.register(Workflow.define(child)
                .callback("c", context -> "s".equals(context.data("of")) ? first : never)
                .build());

        WorkflowResult result = value(engine.bind(first(sub("s"), endless(begun, cancelled), sub("t")))
                .run(NOTHING));

        assertThat(result.output()).containsExactly(entry("c", "first"));
        cancelled.asMono().block(PATIENCE);
        assertThat(statuses(result))
                .containsExactly(entry("s", WorkflowStatus.COMPLETED), entry("t", WorkflowStatus.CANCELLED));
    }

    /** By the branches they were begun for, once all of them have ended. */
    private Map<Object, WorkflowStatus> statuses(WorkflowResult result) {
        return value(runs.children(result.runId())
                .flatMap(state -> ended(state.runId()))
                .collect(
                        TreeMap<Object, WorkflowStatus>::new,
                        (statuses, state) -> statuses.put(state.data().get("of"), state.status())));
    }

    private Mono<WorkflowState> ended(String runId) {
        Workflow workflow = engine.bind(workflows.get(child));
        return workflow.follow(runId, null).then(Mono.defer(() -> runs.find(runId)));
    }

    @Test
    public void runThatWaitsForAPersonIsFoundThroughThoseThatWaitForIt() {
        workflows.register(Workflow.define(child)
                .humanInput("h", "May I?", null, null, OnTimeout.fail())
                .build());
        String between = "between-" + UUID.randomUUID();
        workflows.register(Workflow.define(between).node(sub("s")).build());
        Workflow top = engine.bind(Workflow.define(parent)
                .subWorkflow("b", between, state -> NOTHING)
                .build());
        Mono<WorkflowResult> running = top.run(NOTHING).cache();
        running.subscribe();

        WorkflowPaused told = value(asked.asMono());
        WorkflowState above =
                value(runs.find(String.valueOf(told.meta().metadata().get("parentRunId"))));
        String runId = value(runs.findByWorkflow(parent).next()).runId();
        List<WorkflowState> waiting = value(runs.paused(runId).collectList());

        assertThat(above.workflowId()).isEqualTo(between);
        assertThat(waiting)
                .extracting(WorkflowState::runId)
                .containsExactly(told.meta().runId());
        // The child may ask before its begin is kept.
        assertThat(value(runs.find(runId)).status()).isIn(WorkflowStatus.RUNNING, WorkflowStatus.PENDING);
        engine.bind(workflows.get(child))
                .resume(waiting.get(0).runId(), Map.of("ok", true))
                .block(PATIENCE);
        assertThat(value(running).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(value(runs.paused(runId).collectList())).isEmpty();
    }

    private static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(PATIENCE));
    }

    /** One that shares nothing with others but the store and the queue, and lets go at once when it is stopped. */
    private WorkflowEngine process(String queue) {
        EngineSettings settings = new EngineSettings(
                queue, 16, EngineSettings.Lease.DEFAULTS, Duration.ofMillis(50), Duration.ZERO, 10_000);
        return WorkflowEngine.create(WorkflowEngine.Parts.of(store()).with(settings));
    }

    private WorkflowDefinition version(String version, Function<NodeContext, Mono<NodeResult>> gate, String process) {
        Function<NodeContext, Mono<NodeResult>> body = context -> Mono.fromSupplier(() -> {
            ran.add(process + " " + context.node());
            return NodeResult.of(process);
        });
        return Workflow.define(parent)
                .version(version)
                .callback("begin", body)
                .callback("gate", context -> body.apply(context).then(gate.apply(context)))
                .callback("end", body)
                .edge("begin", "gate")
                .edge("gate", "end")
                .build();
    }

    private static Mono<NodeResult> open(NodeContext context) {
        return Mono.just(NodeResult.of("open"));
    }

    /** Begins a run that is left to others. */
    private String begin(String queue, WorkflowDefinition definition) {
        WorkflowEngine asking = process(queue);
        asking.stop().block(PATIENCE);
        return value(asking.bind(definition).withoutWaiting().run(NOTHING)).runId();
    }

    private WorkflowState ended(WorkflowEngine by, WorkflowDefinition definition, String runId) {
        return value(by.bind(definition).follow(runId, null).then(Mono.defer(() -> runs.find(runId))));
    }

    @Test
    public void eachVersionIsRunByThoseThatHaveIt() {
        String queue = "queue-" + UUID.randomUUID();
        Sinks.Empty<Void> reached = Sinks.empty();
        WorkflowDefinition first =
                version("1", context -> Mono.<NodeResult>never().doOnSubscribe(s -> reached.tryEmitEmpty()), "old");
        WorkflowEngine old = process(queue);
        old.bind(first);
        old.start().block(PATIENCE);
        String ofOld = begin(queue, first);
        reached.asMono().block(PATIENCE);
        old.stop().block(PATIENCE);

        WorkflowDefinition second = version("2", WorkflowEngineContract::open, "fresh");
        WorkflowEngine fresh = process(queue);
        fresh.bind(second);
        fresh.start().block(PATIENCE);
        assertThat(ended(fresh, second, begin(queue, second)).data()).containsEntry("end", "fresh");
        assertThat(value(runs.find(ofOld)).status()).isEqualTo(WorkflowStatus.PENDING);
        assertThat(fresh.runsSetAside()).isZero();

        WorkflowDefinition again = version("1", WorkflowEngineContract::open, "old again");
        WorkflowEngine oldAgain = process(queue);
        oldAgain.bind(again);
        oldAgain.start().block(PATIENCE);
        assertThat(ended(oldAgain, again, ofOld).data()).containsEntry("end", "old again");
        fresh.stop().then(oldAgain.stop()).block(PATIENCE);
        assertThat(ran)
                .containsExactly(
                        "old begin",
                        "old gate",
                        "fresh begin",
                        "fresh gate",
                        "fresh end",
                        "old again gate",
                        "old again end");
    }
}
