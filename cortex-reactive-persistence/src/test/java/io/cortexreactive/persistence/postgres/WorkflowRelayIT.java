package io.cortexreactive.persistence.postgres;

import static io.cortexreactive.persistence.postgres.TestRuns.SETTINGS;
import static io.cortexreactive.persistence.postgres.TestRuns.TIMEOUT;
import static io.cortexreactive.persistence.postgres.TestRuns.all;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.workflow.Merge;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowEvent;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowCompleted;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeExited;
import io.cortexreactive.workflow.WorkflowNode;
import io.cortexreactive.workflow.WorkflowResult;
import io.r2dbc.pool.ConnectionPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What happens in several processes reaches those who relay it. */
class WorkflowRelayIT {

    private static final int RUNS = 20;

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private final List<ConnectionPool> pools = new ArrayList<>();
    private final Map<String, List<WorkflowEvent>> relayed = new ConcurrentHashMap<>();
    private final CountDownLatch completed = new CountDownLatch(2 * RUNS);
    private WorkflowEngine first;
    private WorkflowEngine second;
    private WorkflowEngine third;

    @BeforeEach
    void open() {
        first = process();
        second = process();
        third = process();
    }

    @AfterEach
    void close() {
        Mono.when(first.stop(), second.stop(), third.stop()).block(TIMEOUT);
        Flux.fromIterable(pools).flatMap(ConnectionPool::close).blockLast(TIMEOUT);
    }

    private WorkflowEngine process() {
        ConnectionPool pool = DATABASE.pool(4);
        pools.add(pool);
        RunStore store = PostgresRunStore.create(pool, SETTINGS);
        return WorkflowEngine.create(WorkflowEngine.Parts.of(store));
    }

    private static WorkflowDefinition definition() {
        return Workflow.define("w")
                .node(node("a"))
                .parallel("p", Merge.all(), node("x"), node("y"))
                .node(node("z"))
                .edge("a", "p")
                .edge("p", "z")
                .build();
    }

    private static WorkflowNode node(String id) {
        return WorkflowNode.callback(id, context -> Mono.just(NodeResult.of(id)));
    }

    private static Flux<String> runs(WorkflowEngine by) {
        Workflow workflow = by.bind(definition());
        return Flux.range(0, RUNS)
                .flatMap(i -> workflow.run(Map.of("i", i)), RUNS)
                .map(WorkflowResult::runId);
    }

    private Mono<Void> keep(WorkflowEvent event) {
        return Mono.fromRunnable(() -> {
            relayed.computeIfAbsent(String.valueOf(event.meta().runId()), run -> new ArrayList<>())
                    .add(event);
            if (event instanceof WorkflowCompleted) {
                completed.countDown();
            }
        });
    }

    @Test
    void eventsOfTwoProcessesAreRelayedInOrderByTwo() throws InterruptedException {
        Disposable relays =
                Mono.when(second.relay(this::keep), third.relay(this::keep)).subscribe();
        List<String> runIds = all(Flux.merge(runs(first), runs(second)));

        assertThat(completed.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        relays.dispose();

        Workflow workflow = third.bind(definition());
        assertThat(relayed.keySet()).containsExactlyInAnyOrderElementsOf(runIds);
        assertThat(runIds).allSatisfy(runId -> {
            List<WorkflowEvent> told = relayed.getOrDefault(runId, List.of());
            List<WorkflowEvent> followed = all(workflow.follow(runId, null));
            assertThat(told)
                    .extracting(event -> event.meta().sequence())
                    .isEqualTo(followed.stream()
                            .map(event -> event.meta().sequence())
                            .toList());
            assertThat(told).containsExactlyInAnyOrderElementsOf(followed);
            assertThat(told.get(8)).isEqualTo(followed.get(8)).isInstanceOf(WorkflowNodeExited.class);
        });
    }
}
