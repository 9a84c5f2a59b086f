package io.cortexreactive.persistence;

import static io.cortexreactive.persistence.Onlooker.AGAIN;
import static io.cortexreactive.persistence.Onlooker.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.ForkedJvm;
import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentRunFailedException;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.message.Message;
import io.cortexreactive.persistence.FaultWorker.Setup;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.testing.ScriptedProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Dispatches runs of agents to workers, follows them, and tells what came of them; it runs none itself. */
final class AgentOnlooker implements AutoCloseable {

    /** Of so many runs, one is followed. */
    private static final int EACH = 4;

    private static final int FOLLOWERS = 2;

    /** No run is to fail because chance had it hit at one place again and again. */
    private static final int MOST_ATTEMPTS = 20;

    private final String address;
    private final String queue = Tenancy.newCorrelationId();
    private final SharedStore store;
    private final AgentRuns runs;
    private final Queue<AgentFollower> followers = new ConcurrentLinkedQueue<>();

    AgentOnlooker(String address) {
        this.address = address;
        store = SharedStore.at(address);
        runs = new FaultAgents(ScriptedProvider.of(), (name, context) -> Mono.empty())
                .runs(store.agents(), AgentRunSettings.DEFAULTS);
        store.prepare().block(SharedStore.PATIENCE);
    }

    SharedStore store() {
        return store;
    }

    /** A worker for these runs. */
    Setup worker(String name, Duration lease) {
        return Setup.of(address, queue, name, lease);
    }

    ForkedJvm fork(String name, Duration lease) {
        return worker(name, lease).forkAs(FaultAgentWorker.class);
    }

    /** Dispatches a run. */
    String begin(String work) {
        return value(dispatch(work, Tenancy.newCorrelationId()));
    }

    private Mono<String> dispatch(String work, String key) {
        return Mono.defer(() -> PendingAgentRun.of(runs, FaultAgents.AGENT, Message.user(work), AgentContext.NONE)
                        .onQueue(queue)
                        .maxAttempts(MOST_ATTEMPTS)
                        .idempotencyKey(key)
                        .dispatch())
                .retryWhen(AGAIN);
    }

    /** Waits for the end of a run. */
    void ended(String runId) {
        value(end(runId));
    }

    void cancel(String runId) {
        assertThat(value(runs.cancel(runId))).isTrue();
    }

    /** Dispatches lines while it is asked for more, and gives those that have ended; some are followed. */
    Flux<String> lead(int atATime, IntPredicate more) {
        return Flux.fromStream(IntStream.iterate(0, number -> number + 1).boxed())
                .takeWhile(more::test)
                .flatMap(
                        number -> dispatch(FaultAgents.LINE, queue + number)
                                .flatMap(runId -> number % EACH == 0 ? followed(runId, number) : end(runId)),
                        atATime,
                        1);
    }

    /** Figures say which have not ended as they should. */
    private Mono<String> end(String runId) {
        return Mono.defer(() -> runs.await(runId))
                .retryWhen(AGAIN)
                .then()
                .onErrorResume(AgentRunFailedException.class, failed -> Mono.empty())
                .thenReturn(runId);
    }

    private Mono<String> followed(String runId, int number) {
        return Flux.range(0, FOLLOWERS)
                .map(i -> new AgentFollower(runs, runId, (long) number * FOLLOWERS + i))
                .doOnNext(followers::add)
                .flatMap(follower -> follower.toEnd().retryWhen(AGAIN))
                .then(end(runId));
    }

    /** All that a run has told. */
    List<ChannelMessage> messages(String runId) {
        return read(Flux.defer(() -> runs.messages(runId, null)).collectList());
    }

    List<AgentStep> steps(String runId) {
        return value(ChannelMessage.items(Flux.fromIterable(messages(runId)), AgentStep.class)
                .collectList());
    }

    List<JournalEntry> journal(String runId) {
        return read(store.agents().journal(new RunKey("", runId), -1, 1_000).collectList());
    }

    @Nullable
    RunRecord load(String runId) {
        return Mono.defer(() -> store.agents().load(new RunKey("", runId)))
                .retryWhen(AGAIN)
                .block(SharedStore.PATIENCE);
    }

    /** What came of runs, each of which must have a journal without a fault. */
    AgentFigures figures(Collection<String> runIds, int faults, Set<String> killed) {
        AgentFigures.Count count = count(runIds, faults);
        count.addLedger(read(store.ledger().collectList()), killed);
        return count.figures();
    }

    /** The same where nobody was killed. */
    AgentFigures.Count unharmed(Collection<String> runIds, int faults) {
        AgentFigures.Count count = count(runIds, faults);
        count.addLedger(read(store.ledger().collectList()));
        return count;
    }

    private AgentFigures.Count count(Collection<String> runIds, int faults) {
        AgentFigures.Count count = new AgentFigures.Count(faults);
        runIds.forEach(runId -> count.add(runId, load(runId), journal(runId), messages(runId)));
        count.addFollowers(followers);
        return count;
    }

    /** How many answers and calls of runs have a line in the ledger. */
    long begun(Collection<String> runIds) {
        return read(store.ledger()
                .map(SharedStore.Line::key)
                .filter(key -> runIds.contains(key.substring(0, key.indexOf('/'))))
                .distinct()
                .count());
    }

    private static <T> T read(Mono<T> mono) {
        return value(mono.retryWhen(AGAIN));
    }

    @Override
    public void close() {
        store.close();
    }
}
