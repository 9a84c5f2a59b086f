package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.persistence.Onlooker.Figures;
import io.cortexreactive.persistence.postgres.PostgresDatabase;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Also connections that the server ends. */
class PostgresWorkerFaultsIT extends WorkerFaultsContract {

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static final Duration VERY_LONG = Duration.ofMinutes(10);

    /** Longer than it takes to connect again, so that a node that has begun is not taken over before it says so. */
    private static final Duration LONG_LEASE = Duration.ofSeconds(10);

    private static final Duration CALM = Duration.ofMillis(150);
    private static final int LEAST_CUTS = 5;

    private static final String END_OTHERS = "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where datname = current_database() and pid <> pg_backend_pid()";

    @Override
    String address() {
        return DATABASE.address();
    }

    private static void alter(String runId, String change) {
        DATABASE.run("update cortex_workflow_states set " + change + " where run_id = '" + runId + "'");
    }

    @Override
    void endLeases() {
        DATABASE.run("update cortex_workers set expires_at = now() - interval '1 second'");
    }

    @Override
    void haveCrashed(String runId, int times) {
        alter(runId, "crashes = " + times);
    }

    @Override
    void endBackOff(String runId) {
        alter(runId, "available_at = now()");
    }

    @Override
    void endPatience(String runId) {
        alter(runId, "node_deadline_at = now()");
    }

    @Override
    boolean lives(ForkedJvm process) {
        return PostgresDatabase.exists(
                DATABASE.connections(),
                "select 1 from cortex_workers where expires_at > now() and worker_id like '%:" + process.pid() + ":%'");
    }

    @Test
    void runsGoOnWhileTheirConnectionsAreCutAgainAndAgain() {
        cutWhile(6).assertGood();
    }

    @Test
    @Tag("faults")
    void manyRunsGoOnWhileTheirConnectionsAreCutAgainAndAgain() {
        Figures figures = cutWhile(60);

        System.out.println(getClass().getSimpleName() + ", pg_terminate_backend: " + figures);
        figures.assertGood();
    }

    /** All connections of all processes, until the runs have ended. */
    private Figures cutWhile(int count) {
        try (Onlooker onlooker = new Onlooker(address());
                ForkedJvm worker = onlooker.worker("worker", LONG_LEASE).fork();
                ForkedJvm other = onlooker.worker("other", LONG_LEASE).fork()) {
            worker.tell("start");
            other.tell("start");
            worker.await("started");
            other.await("started");
            AtomicInteger cuts = new AtomicInteger();
            Mono<List<String>> work = onlooker.lead(8, number -> number < count || cuts.get() < LEAST_CUTS)
                    .collectList()
                    .cache();
            Mono<Void> storm = Mono.delay(CALM)
                    .then(terminate(DATABASE.connections()))
                    .then(Mono.fromSupplier(cuts::incrementAndGet))
                    .repeat()
                    .takeUntilOther(work)
                    .then();
            storm.block(VERY_LONG);
            List<String> runs = Onlooker.value(work);

            assertThat(onlooker.nodes(new HashSet<>(runs)))
                    .isEqualTo((long) FaultWorkflows.NODES_OF_LINE * runs.size());
            return onlooker.figures(runs, cuts.get());
        }
    }

    private static Mono<Void> terminate(ConnectionFactory connections) {
        return Flux.usingWhen(
                        Mono.<Connection>from(connections.create()),
                        connection -> PostgresDatabase.execute(connection, END_OTHERS),
                        Connection::close)
                .then();
    }
}
