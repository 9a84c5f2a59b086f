package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.persistence.redis.RedisServer;
import io.cortexreactive.tenant.Tenancy;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Agents in a queue whose server is killed, or whose connections are cut, while their workers live on. */
class RedisAgentFaultsIT {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final Duration VERY_LONG = Duration.ofMinutes(10);
    private static final long SEED = Long.getLong("faults.seed", 20_261_127L);
    private static final int WORKERS = 2;
    private static final int MOST_NODES = 8;

    private final RedisServer server = RedisServer.start();
    private final Random random = new Random(SEED);

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void agentsGoOnWhenTheServerIsBack() {
        run(6, 2, server::restart);
    }

    @Test
    void agentsGoOnOnNewConnections() {
        cut(6, 8);
    }

    @Test
    @Tag("faults")
    void noneOfManyAgentsIsLostToRestarts() {
        System.out.println("Redis restarted: " + run(60, 20, server::restart));
    }

    @Test
    @Tag("faults")
    void noneOfManyAgentsIsLostToCutConnections() {
        System.out.println("Redis, connections cut: " + cut(60, 100));
    }

    /** All connections but this one, be it that a script was sent and not answered. */
    private AgentFigures cut(int least, int faults) {
        RedisClient client = server.client();
        try (StatefulRedisConnection<String, String> own = client.connect()) {
            return run(
                    least,
                    faults,
                    () -> own.sync().clientKill(KillArgs.Builder.typeNormal().skipme()));
        } finally {
            client.shutdown();
        }
    }

    /** Runs go on beginning until there were enough faults. */
    private AgentFigures run(int least, int faults, Runnable fault) {
        try (AgentOnlooker onlooker = new AgentOnlooker(server.address() + "#" + Tenancy.newCorrelationId());
                ForkedJvm first = onlooker.fork("w0", LEASE);
                ForkedJvm second = onlooker.fork("w1", LEASE)) {
            List<ForkedJvm> workers = List.of(first, second);
            workers.forEach(worker -> worker.tell("start"));
            AtomicBoolean over = new AtomicBoolean();
            CompletableFuture<@Nullable List<String>> ended = onlooker.lead(6, number -> number < least || !over.get())
                    .collectList()
                    .toFuture();
            for (int i = 0; i < faults; i++) {
                working(workers.get(random.nextInt(WORKERS)));
                fault.run();
            }
            over.set(true);
            return good(onlooker, Objects.requireNonNull(Mono.fromFuture(ended).block(VERY_LONG)), faults);
        }
    }

    private void working(ForkedJvm worker) {
        worker.lines()
                .filter(line -> line.startsWith("ran "))
                .skip(random.nextInt(MOST_NODES))
                .next()
                .block(SharedStore.PATIENCE);
    }

    /** A line of the ledger that was sent again may be there twice, so that alone is not counted. */
    private static AgentFigures good(AgentOnlooker onlooker, List<String> runs, int faults) {
        AgentFigures figures = onlooker.figures(runs, faults, Set.of());
        assertThat(runs).doesNotHaveDuplicates();
        assertThat(figures).isEqualTo(new AgentFigures(runs.size(), faults, 0, 0, figures.unexplained(), 0, 0, 0));
        return figures;
    }
}
