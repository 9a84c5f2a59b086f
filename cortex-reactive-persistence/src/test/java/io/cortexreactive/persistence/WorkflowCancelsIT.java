package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.persistence.postgres.PostgresDatabase;
import io.cortexreactive.persistence.postgres.PostgresRunStore;
import io.cortexreactive.persistence.postgres.PostgresSettings;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.RunOptions;
import io.cortexreactive.workflow.RunStore;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowStatus;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Callers of workflows who leave at any moment. */
class WorkflowCancelsIT {

    private static final long SEED = Long.getLong("faults.seed", 20_261_126L);
    private static final int CONNECTIONS = 4;
    private static final int AT_A_TIME = 16;
    private static final int LONGEST_WAIT_MICROS = 20_000;
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Map<String, Object> NOTHING = Map.of();

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private ConnectionPool pool;
    private RunStore store;
    private WorkflowEngine engine;
    private Workflow workflow;

    @BeforeEach
    void open() {
        pool = DATABASE.pool(CONNECTIONS);
        store = PostgresRunStore.create(
                pool, PostgresSettings.DEFAULTS.withMigrations(PostgresSettings.Migrations.AUTO));
        engine = WorkflowEngine.create(WorkflowEngine.Parts.of(store));
        workflow = engine.bind(Workflow.define("two")
                .callback("first", context -> Mono.just(NodeResult.of(1)))
                .callback(
                        "second",
                        context -> Mono.just(context.answer() == null ? NodeResult.pause("why") : NodeResult.of(2)))
                .edge("first", "second")
                .build());
        engine.start().block(PATIENCE);
    }

    @AfterEach
    void close() {
        pool.close().block(PATIENCE);
    }

    @Test
    void callersWhoLeaveKeepNoConnection() {
        leave(300);
    }

    @Test
    @Tag("faults")
    void manyCallersWhoLeaveKeepNoConnection() {
        leave(10_000);

        System.out.println("10,000 callers of workflows left: 0 connections in use");
    }

    private void leave(int callers) {
        Random random = new Random(SEED);
        String paused = begin();
        List<Publisher<?>> calls = List.of(
                workflow.run(NOTHING),
                workflow.withoutWaiting().run(NOTHING, new RunOptions("once", null)),
                workflow.withoutWaiting().run(NOTHING).flatMap(begun -> workflow.cancel(begun.runId())),
                workflow.resume(paused, NOTHING).onErrorComplete(),
                workflow.follow(paused, null),
                workflow.history(paused),
                workflow.fork(paused, 1, NOTHING),
                store.find(paused),
                store.findByStatus(WorkflowStatus.PAUSED).take(100));

        Long left = Flux.range(0, callers)
                .flatMap(
                        i -> Flux.from(calls.get(i % calls.size()))
                                .takeUntilOther(
                                        Mono.delay(Duration.ofNanos(1_000L * random.nextInt(LONGEST_WAIT_MICROS))))
                                .then(Mono.just(i)),
                        AT_A_TIME)
                .count()
                .block(PATIENCE);

        assertThat(left).isEqualTo(callers);
        engine.stop().block(PATIENCE);
        takeAll().repeat(this::isBusy).blockLast(PATIENCE);
        assertThat(pool.getMetrics().map(PoolMetrics::acquiredSize)).hasValue(0);
    }

    private String begin() {
        return Objects.requireNonNull(
                workflow.run(NOTHING).map(WorkflowResult::runId).block(PATIENCE));
    }

    /** Waits for all that goes on without its caller. */
    private Mono<Void> takeAll() {
        return Flux.range(0, CONNECTIONS)
                .flatMap(i -> pool.create())
                .collectList()
                .flatMapIterable(all -> all)
                .flatMap(Connection::close)
                .then();
    }

    private boolean isBusy() {
        return pool.getMetrics()
                .map(metrics -> metrics.acquiredSize() + metrics.pendingAcquireSize() > 0)
                .orElseThrow();
    }
}
