package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.persistence.Onlooker.Figures;
import io.cortexreactive.persistence.postgres.CrashingServer;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A database that ends at once while runs are taken over, and comes back. */
class CrashedServerIT {

    private static final int RUNS = 12;

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
