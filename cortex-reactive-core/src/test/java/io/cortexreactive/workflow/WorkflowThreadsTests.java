package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Workflows on the threads that they have outside of tests. */
class WorkflowThreadsTests {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final AtomicInteger ran = new AtomicInteger();

    private WorkflowNode counting(String id) {
        return WorkflowNode.callback(id, context -> Mono.fromSupplier(() -> NodeResult.of(ran.incrementAndGet())));
    }

    private WorkflowDefinition definition() {
        return Workflow.define("w")
                .node(counting("a"))
                .parallel("p", Merge.all(), counting("x"), counting("y"), counting("z"))
                .delay("d", Duration.ofMillis(20))
                .node(counting("e"))
                .edge("a", "p")
                .edge("p", "d")
                .edge("d", "e")
                .startAt("a")
                .endAt("e")
                .build();
    }

    @Test
    void manyRunsAtOnceRunEachNodeOnce() {
        RunStore store = RunStore.inMemory();
        WorkflowEngine engine = WorkflowEngine.create(WorkflowEngine.Parts.of(store));
        WorkflowEngine other = WorkflowEngine.create(WorkflowEngine.Parts.of(store));
        Workflow workflow = engine.bind(definition());
        other.bind(definition());
        engine.start().then(other.start()).block(LONG);
        List<WorkflowResult> results = Flux.range(0, 200)
                .flatMap(i -> workflow.run(Map.of("i", i)), 200)
                .collectList()
                .block(LONG);

        assertThat(results)
                .hasSize(200)
                .allMatch(result -> result.status() == WorkflowStatus.COMPLETED)
                .allMatch(result -> result.state().history().size() == 5);
        assertThat(ran).hasValue(1_000);
        engine.stop().then(other.stop()).block(LONG);
    }

    /** Nobody is there who could catch it, and the timeout sees to it. */
    @Test
    void fatalErrorOnAnotherThreadIsLeftToTheTimeout() {
        WorkflowNode late = WorkflowNode.callback(
                        "a",
                        context -> Mono.delay(Duration.ofMillis(1)).map(tick -> {
                            throw new NoClassDefFoundError("gone");
                        }))
                .with(WorkflowNode.Settings.timeout(Duration.ofMillis(100)));
        WorkflowEngine engine = WorkflowEngine.create(WorkflowEngine.Parts.of(RunStore.inMemory()));
        Workflow workflow = engine.bind(Workflow.define("w").node(late).build());

        assertThat(workflow.run(Map.of()).mapNotNull(WorkflowResult::error).block(LONG))
                .hasFieldOrPropertyWithValue("code", "node_timed_out");
        engine.stop().block(LONG);
    }
}
