package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.durable.DelegatingRunLog;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.Transition;
import io.cortexreactive.message.Message;
import io.cortexreactive.persistence.redis.RedisServer;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.testing.ScriptedProvider;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Agents in a queue whose server is killed, or whose connections are cut, while their workers live on. */
class RedisAgentFaultsIT {

    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final long SEED = Long.getLong("faults.seed", 20_261_127L);
    private static final int WORKERS = 2;
    private static final int AT_A_TIME = 6;
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

    /** Two workers take turns at it; what either sends as the end is sent again, as its connection is cut. */
    @Test
    void aRunThatMayNotBeTriedAgainIsADeadLetterOnce() {
        String address = server.address() + "#" + Tenancy.newCorrelationId();
        RedisClient client = server.client();
        try (StatefulRedisConnection<String, String> own = client.connect();
                SharedStore one = SharedStore.at(address);
                SharedStore other = SharedStore.at(address)) {
            Runnable cut =
                    () -> own.sync().clientKill(KillArgs.Builder.typeNormal().skipme());
            FaultAgents agents = new FaultAgents(ScriptedProvider.of(), (name, context) -> Mono.empty());
            List<AgentRuns> workers = Stream.of(one, other)
                    .map(store -> agents.runs(new CutAtTheEnd(store.agents(), cut), AgentRunSettings.DEFAULTS))
                    .toList();
            String runId = dispatchedOnce(workers.get(0));
            die(one.agents(), new RunKey("", runId));

            workers.forEach(worker -> worker.start().block(SharedStore.PATIENCE));

            assertThatThrownBy(() -> workers.get(0).await(runId).block(SharedStore.PATIENCE))
                    .isInstanceOfSatisfying(
                            AgentRunFailedException.class,
                            failed -> assertThat(failed.error().code()).isEqualTo("attempts_exhausted"));
            assertThat(all(one.agents().journal(new RunKey("", runId), -1, 100)))
                    .extracting(JournalEntry::kind)
                    .containsExactly(JournalEntry.Kind.START, JournalEntry.Kind.TERMINAL);
            assertThat(all(workers.get(1).list(AgentRuns.Filter.failed())))
                    .extracting(AgentRuns.Info::runId)
                    .containsExactly(runId);
            workers.forEach(worker -> worker.stop().block(SharedStore.PATIENCE));
        } finally {
            client.shutdown();
        }
    }

    private static <T> List<T> all(Flux<T> flux) {
        return Objects.requireNonNull(flux.collectList().block(SharedStore.PATIENCE));
    }

    private static String dispatchedOnce(AgentRuns runs) {
        return Objects.requireNonNull(
                PendingAgentRun.of(runs, FaultAgents.AGENT, Message.user(FaultAgents.HALF), AgentContext.NONE)
                        .maxAttempts(1)
                        .dispatch()
                        .block(SharedStore.PATIENCE));
    }

    /** Its only attempt. */
    private static void die(AgentRunQueue queue, RunKey run) {
        String worker = Tenancy.newCorrelationId();
        queue.register(worker, Duration.ofMinutes(10)).block(SharedStore.PATIENCE);
        Set<RunRecord.Code> codes = Set.of(new RunRecord.Code(FaultAgents.AGENT, "1"));
        assertThat(all(queue.claim(new RunLog.Claim(worker, PendingAgentRun.Terms.DEFAULT_QUEUE, codes, run, 1))))
                .hasSize(1);
        queue.leave(worker).block(SharedStore.PATIENCE);
    }

    /** Whose connections are cut whenever the end of a run is on its way. */
    private record CutAtTheEnd(RunLog runs, Runnable cut) implements AgentRunQueue, DelegatingRunLog {

        @Override
        public Mono<Verdict> commit(Transition transition) {
            Mono<Verdict> commit = runs.commit(transition);
            return transition.move() == Transition.Move.FAIL
                    ? Mono.defer(() -> {
                                CompletableFuture<@Nullable Verdict> sent = commit.toFuture();
                                cut.run();
                                return Mono.fromFuture(sent);
                            })
                            .subscribeOn(Schedulers.boundedElastic())
                    : commit;
        }
    }

    /** All connections but this one, be it that a script was sent and not answered. */
    private String cut(int least, int faults) {
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

    private String run(int least, int faults, Runnable fault) {
        try (AgentOnlooker onlooker = new AgentOnlooker(server.address() + "#" + Tenancy.newCorrelationId());
                ForkedJvm first = onlooker.fork("w0", LEASE);
                ForkedJvm second = onlooker.fork("w1", LEASE)) {
            List<ForkedJvm> workers = List.of(first, second);
            workers.forEach(worker -> worker.tell("start"));
            List<String> runs = new Storm(least, faults).over(more -> onlooker.lead(AT_A_TIME, more), () -> {
                working(workers.get(random.nextInt(WORKERS)));
                fault.run();
            });
            return good(onlooker.unharmed(runs, faults));
        }
    }

    /** What is under way when its worker gives its run up, as the store does not answer it, is done again. */
    private static String good(AgentFigures.Count count) {
        String figures = "%s; runs taken anew %,d, calls repeated %,d"
                .formatted(count.figures(), count.takenAgain(), count.repeats());
        count.figures().assertGood();
        assertThat(count.repeats()).describedAs(figures).isLessThanOrEqualTo(count.takenAgain() * FaultAgents.CALLS);
        assertThat(count.takenAgain())
                .describedAs(figures)
                .isLessThanOrEqualTo((long) count.figures().faults() * AT_A_TIME);
        return figures;
    }

    private void working(ForkedJvm worker) {
        worker.lines()
                .filter(line -> line.startsWith("ran "))
                .skip(random.nextInt(MOST_NODES))
                .next()
                .block(SharedStore.PATIENCE);
    }
}
