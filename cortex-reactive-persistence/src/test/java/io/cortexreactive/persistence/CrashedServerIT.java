package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.durable.JournalInvariants;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.persistence.FaultWorker.Setup;
import io.cortexreactive.persistence.Onlooker.Figures;
import io.cortexreactive.persistence.postgres.CrashingServer;
import io.cortexreactive.workflow.NodeContext;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowEngine;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A database that ends at once while runs are taken over, and comes back. */
class CrashedServerIT {

    private static final int RUNS = 12;

    /** As good as a process, which has ended for all others once it has no connection any more. */
    private static final class Side implements AutoCloseable {

        private final SharedStore store;
        private final WorkflowEngine engine;
        private final Workflow workflow;

        Side(String address, Function<NodeContext, Mono<NodeResult>> body) {
            store = SharedStore.at(address);
            engine = WorkflowEngine.create(WorkflowEngine.Parts.of(store.runs())
                    .with(Setup.of(address, "queue", "side", FaultWorkflows.SHORT)
                            .settings()));
            workflow = engine.bind(Workflow.define("short")
                    .callback("begin", context -> Mono.just(NodeResult.of(1)))
                    .callback("work", body)
                    .edge("begin", "work")
                    .build());
        }

        @Override
        public void close() {
            store.close();
            engine.stop().timeout(FaultWorkflows.SHORT).onErrorComplete().block(SharedStore.PATIENCE);
        }
    }

    /** What a process has its connections over. */
    private record Line(TcpRelay relay, String address) implements AutoCloseable {

        static Line to(String address) {
            URI server = URI.create(address.substring("r2dbc:".length()));
            TcpRelay relay = TcpRelay.to(server.getHost(), server.getPort());
            return new Line(relay, address.replace(":" + server.getPort(), ":" + relay.port()));
        }

        @Override
        public void close() {
            relay.stop();
        }
    }

    @Test
    void aRunIsTakenOverAlsoIfTheDatabaseEndsMeanwhile() {
        Sinks.Empty<Void> begun = Sinks.empty();
        Sinks.Empty<Void> takenOver = Sinks.empty();
        Sinks.Empty<Void> back = Sinks.empty();
        try (CrashingServer server = CrashingServer.start();
                Line line = Line.to(server.address());
                Side first = new Side(line.address(), context -> told(begun).then(Mono.never()));
                Side heir = new Side(
                        server.address(),
                        context -> told(takenOver).then(back.asMono()).thenReturn(NodeResult.of("heir")))) {
            String runId = Onlooker.value(first.workflow.withoutWaiting().run(Map.of()))
                    .runId();
            begun.asMono().block(SharedStore.PATIENCE);
            line.relay().stop();
            heir.engine.start().block(SharedStore.PATIENCE);
            takenOver.asMono().block(SharedStore.PATIENCE);
            server.crash();
            server.recover();
            back.tryEmitEmpty();
            Flux.defer(() -> heir.workflow.follow(runId, null))
                    .retryWhen(Onlooker.AGAIN)
                    .blockLast(SharedStore.PATIENCE);

            RunKey key = new RunKey("", runId);
            RunRecord run = Onlooker.value(heir.store.runs().load(key).retryWhen(Onlooker.AGAIN));
            assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
            JournalInvariants.check(
                    run, Onlooker.value(heir.store.runs().journal(key, -1, 100).collectList()));
        }
    }

    private static Mono<Void> told(Sinks.Empty<Void> that) {
        return Mono.fromRunnable(that::tryEmitEmpty);
    }

    @Test
    @Tag("faults")
    void takingOverGoesOnWhenTheDatabaseIsBack() {
        try (CrashingServer server = CrashingServer.start();
                Onlooker onlooker = new Onlooker(server.address());
                ForkedJvm first = onlooker.worker("first", FaultWorkflows.SHORT).fork();
                ForkedJvm heir = onlooker.worker("heir", FaultWorkflows.SHORT).fork()) {
            first.tell("start");
            CompletableFuture<@Nullable List<String>> work =
                    onlooker.lead(RUNS, number -> number < RUNS).collectList().toFuture();
            first.await("ran left");
            first.kill();
            heir.tell("start");
            heir.await("ran ");
            server.crash();
            server.recover();
            List<String> runs = Onlooker.value(Mono.fromFuture(work));

            Figures figures = onlooker.figures(runs, 2);
            assertThat(onlooker.nodes(new HashSet<>(runs))).isEqualTo((long) FaultWorkflows.NODES_OF_LINE * RUNS);
            figures.assertGood();
        }
    }
}
