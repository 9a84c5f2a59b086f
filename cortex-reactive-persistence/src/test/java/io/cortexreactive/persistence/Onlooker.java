package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.JournalInvariants;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.persistence.FaultWorker.Setup;
import io.cortexreactive.persistence.SharedStore.Line;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.ResumeOptions;
import io.cortexreactive.workflow.RunOptions;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowPaused;
import io.cortexreactive.workflow.WorkflowNotPausedException;
import io.cortexreactive.workflow.WorkflowResult;
import io.cortexreactive.workflow.WorkflowState;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Begins runs for workers, follows and answers them, and tells what came of them; it runs no node itself. */
final class Onlooker implements AutoCloseable {

    /** For a store that is away for a while. */
    static final Retry AGAIN = Retry.indefinitely()
            .filter(error ->
                    error instanceof StoreUnavailableException || error instanceof R2dbcNonTransientResourceException);

    private static final Duration SCAN = Duration.ofMillis(300);

    private final String address;
    private final String queue = Tenancy.newCorrelationId();
    private final SharedStore store;
    private final WorkflowEngine engine;
    private final Map<String, Workflow> bound = new ConcurrentHashMap<>();
    private final AtomicInteger doubleResumes = new AtomicInteger();

    Onlooker(String address) {
        this.address = address;
        store = SharedStore.at(address);
        EngineSettings usual = EngineSettings.DEFAULTS;
        engine = WorkflowEngine.create(WorkflowEngine.Parts.of(store.runs())
                .with(new EngineSettings(
                        queue, usual.concurrency(), usual.lease(), SCAN, usual.drain(), usual.maxStateBytes())));
        store.prepare().block(SharedStore.PATIENCE);
        // One that is stopped leaves what it begins to others.
        engine.stop().block(SharedStore.PATIENCE);
    }

    /**
     * What came of runs in spite of faults.
     *
     * @param runs that were begun
     * @param faults that were made
     * @param lost runs that are not there, or have not ended as planned
     * @param ranAgain nodes that began after they had been committed
     * @param doubleResumes pauses that took more than one answer
     */
    record Figures(int runs, int faults, int lost, int ranAgain, int doubleResumes) {

        void assertGood() {
            assertThat(this).isEqualTo(new Figures(runs, faults, 0, 0, 0));
        }

        @Override
        public String toString() {
            return "%,d runs, %,d faults: runs lost %,d, committed nodes run twice %,d, double resumes %,d"
                    .formatted(runs, faults, lost, ranAgain, doubleResumes);
        }
    }

    SharedStore store() {
        return store;
    }

    /** A worker for these runs. */
    Setup worker(String name, Duration lease) {
        return Setup.of(address, queue, name, lease);
    }

    private Workflow workflow(String id, String version) {
        return bound.computeIfAbsent(id + "@" + version, key -> {
            FaultWorkflows workflows = new FaultWorkflows(version, context -> Mono.just(NodeResult.of("nobody")));
            return engine.bind(workflows.named(id));
        });
    }

    /** Begins a run, which waits for a worker. */
    String begin(String workflow) {
        return begin(workflow, "1");
    }

    String begin(String workflow, String version) {
        return begin(workflow, version, null);
    }

    /** @param timeout how long it may take; null for as long as it likes */
    String begin(String workflow, String version, @Nullable Duration timeout) {
        return value(workflow(workflow, version)
                .withoutWaiting()
                .run(Map.of(), new RunOptions(null, timeout))
                .map(WorkflowResult::runId));
    }

    /** Waits for the end of a run. */
    WorkflowState ended(String workflow, String runId) {
        return value(
                workflow(workflow, "1").follow(runId, null).then(store.runs().find(runId)));
    }

    void cancel(String workflow, String runId) {
        assertThat(value(workflow(workflow, "1").cancel(runId))).isTrue();
    }

    /** Begins lines while it is asked for more, answers each twice at once, and gives those that have ended. */
    Flux<String> lead(int atATime, IntPredicate more) {
        Workflow line = workflow(FaultWorkflows.LINE, "1");
        return Flux.fromStream(IntStream.iterate(0, number -> number + 1).boxed())
                .takeWhile(more::test)
                .flatMap(number -> lead(line, new RunOptions(queue + number, null)), atATime, 1);
    }

    private Mono<String> lead(Workflow line, RunOptions options) {
        return Mono.defer(() -> line.withoutWaiting().run(Map.of(), options))
                .retryWhen(AGAIN)
                .map(WorkflowResult::runId)
                .flatMap(runId -> Flux.defer(() -> line.follow(runId, null))
                        .ofType(WorkflowPaused.class)
                        .concatMap(paused -> answered(line, paused))
                        .then(Mono.just(runId))
                        .retryWhen(AGAIN));
    }

    private Mono<Void> answered(Workflow line, WorkflowPaused paused) {
        String token = Objects.requireNonNull(paused.state().pause()).token();
        return Flux.range(0, 2)
                .flatMap(i -> Mono.defer(() -> line.withoutWaiting()
                                .resume(
                                        paused.state().runId(),
                                        Map.of("by", i),
                                        new ResumeOptions(token, "request-" + i)))
                        .retryWhen(AGAIN)
                        .onErrorResume(WorkflowNotPausedException.class, refused -> Mono.empty()))
                .count()
                .doOnNext(accepted -> doubleResumes.addAndGet(accepted.intValue() - 1))
                .then();
    }

    List<JournalEntry> journal(String runId) {
        return read(store.runs().journal(new RunKey("", runId), -1, 1_000).collectList());
    }

    /** The ledger's lines of a run, in order. */
    List<Line> ledger(String runId) {
        return read(store.ledger()
                .filter(line -> line.key().startsWith(runId + "/"))
                .collectList());
    }

    /** How often nodes of a run began, by their place in it. */
    Map<String, Integer> begun(String runId) {
        Map<String, Integer> begun = new HashMap<>();
        ledger(runId).forEach(line -> begun.merge(line.key().substring(runId.length() + 1), 1, Integer::sum));
        return begun;
    }

    /** What came of runs, each of which must have a journal without a fault. */
    Figures figures(Collection<String> runIds, int faults) {
        Map<String, Instant> committed = new HashMap<>();
        int lost = 0;
        for (String runId : runIds) {
            RunRecord run =
                    store.runs().load(new RunKey("", runId)).retryWhen(AGAIN).block(SharedStore.PATIENCE);
            if (run == null || run.status() != RunStatus.COMPLETED) {
                lost++;
                continue;
            }
            List<JournalEntry> journal = journal(runId);
            JournalInvariants.check(run, journal);
            journal.forEach(entry -> committed.put(
                    runId + "/" + entry.seq() + "/" + entry.branch(),
                    entry.commit().at()));
        }
        long ranAgain = read(store.ledger()
                .filter(line -> line.at().isAfter(committed.getOrDefault(line.key(), Instant.MAX)))
                .count());
        return new Figures(runIds.size(), faults, lost, (int) ranAgain, doubleResumes.get());
    }

    /** How many nodes of runs have a line in the ledger. */
    long nodes(Collection<String> runIds) {
        return read(store.ledger()
                .map(Line::key)
                .filter(key -> runIds.contains(key.substring(0, key.indexOf('/'))))
                .distinct()
                .count());
    }

    /** A connection that was cut may be met once more by whoever asks next. */
    private static <T> T read(Mono<T> mono) {
        return value(mono.retryWhen(AGAIN));
    }

    static <T> T value(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(SharedStore.PATIENCE));
    }

    @Override
    public void close() {
        store.close();
    }
}
