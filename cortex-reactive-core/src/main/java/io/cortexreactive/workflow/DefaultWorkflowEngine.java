package io.cortexreactive.workflow;

import io.cortexreactive.durable.Carried;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.EngineStoppedException;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.Journals;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.NoticeRelay;
import io.cortexreactive.durable.Rounds;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Cancelled;
import io.cortexreactive.durable.RunLog.Started;
import io.cortexreactive.durable.RunLog.Swept;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.Settling;
import io.cortexreactive.durable.Settling.Awaited;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Worker;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.durable.Worker.Wanted;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.resilience.Detached;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.workflow.DefaultWorkflow.Beginning;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

final class DefaultWorkflowEngine implements WorkflowEngine, Rounds.Runs {

    private static final Logger LOG = LoggerFactory.getLogger(DefaultWorkflowEngine.class);

    private final WorkflowEngine.Parts runtime;
    private final Worker worker;
    private final Rounds rounds;
    private final Settling settling;
    private final Journals journals;
    private final RunEvents events;
    private final Map<Code, WorkflowDefinition> bound = new ConcurrentHashMap<>();
    private final AtomicLong aside = new AtomicLong();

    DefaultWorkflowEngine(WorkflowEngine.Parts runtime) {
        this.runtime = runtime;
        EngineSettings settings = runtime.settings();
        worker = new Worker(runtime.store(), settings.lease(), runtime.around().timer());
        Rounds.Pace pace = new Rounds.Pace(
                settings.scan(), settings.concurrency(), runtime.around().timer());
        rounds = new Rounds(runtime.store(), worker, pace, this);
        Function<RunKey, WorkflowNotFoundException> missing = key -> WorkflowNotFoundException.forRunId(key.runId());
        settling = new Settling(runtime.store(), worker, rounds, missing);
        journals = new Journals(runtime.store(), worker, rounds, missing);
        events = new RunEvents(runtime, worker, rounds, new NoticeRelay(runtime.store(), pace));
    }

    WorkflowEngine.Parts runtime() {
        return runtime;
    }

    Worker worker() {
        return worker;
    }

    Journals journals() {
        return journals;
    }

    RunEvents events() {
        return events;
    }

    @Override
    public long runsSetAside() {
        return aside.get() + runtime.store().unreadable();
    }

    @Override
    public Workflow bind(WorkflowDefinition definition) {
        WorkflowDefinition known =
                bound.computeIfAbsent(code(definition), code -> registered(code).orElse(definition));
        if (!known.equals(definition)) {
            throw definition.isAnother();
        }
        return new DefaultWorkflow(known, this, true);
    }

    private Optional<WorkflowDefinition> definition(Code code) {
        return Optional.ofNullable(bound.get(code)).or(() -> registered(code));
    }

    private Optional<WorkflowDefinition> registered(Code code) {
        return runtime.workflows().all().stream()
                .filter(known -> code(known).equals(code))
                .findFirst();
    }

    static Code code(WorkflowDefinition definition) {
        return new Code(definition.id(), definition.version());
    }

    @Override
    public Wanted wanted() {
        Collection<Code> codes = Stream.concat(
                        bound.keySet().stream(),
                        runtime.workflows().all().stream().map(DefaultWorkflowEngine::code))
                .collect(Collectors.toSet());
        return new Wanted(runtime.settings().queue(), codes);
    }

    /** The store's time in milliseconds, as far as that is known: a run may go on in a process with another clock. */
    long now() {
        return worker.storeTime().toEpochMilli();
    }

    @Override
    public Mono<Void> start() {
        return rounds.start();
    }

    @Override
    public Mono<Void> stop() {
        return rounds.stop(runtime.settings().drain());
    }

    @Override
    public Mono<Void> relay(Function<? super WorkflowEvent, ? extends Publisher<?>> to) {
        return events.relay(to);
    }

    @Override
    public Mono<Void> swept(Swept swept) {
        JournalEntry.Kind kind = switch (swept.change()) {
            case TIMED_OUT -> JournalEntry.Kind.INPUT;
            case FAILED, CANCELLED -> JournalEntry.Kind.TERMINAL;
            case RECOVERED, UNWINDING, WOKEN -> JournalEntry.Kind.TIMER;
        };
        return events.tellStored(swept.key(), swept.seq(), kind);
    }

    @Override
    public ErrorInfo late() {
        return NodeRunner.RUN_TIMED_OUT;
    }

    /** Cancels a run; empty if there is none. */
    @Override
    public Mono<Boolean> cancel(RunKey key) {
        return Detached.run(runtime.store()
                .cancel(key, RunWriter.newCommitId())
                .flatMap(cancelled -> cancelled(key, cancelled).thenReturn(cancelled.accepted())));
    }

    private Mono<Void> cancelled(RunKey key, Cancelled cancelled) {
        if (!cancelled.accepted()) {
            return Mono.empty();
        }
        worker.lose(key);
        rounds.cancelOrphans();
        boolean ended = cancelled.status() == RunStatus.CANCELLED;
        return Mono.deferContextual(view -> {
            if (!ended) {
                attend(key, Integer.MAX_VALUE, Tenancy.tenant(view).orElse(null));
            }
            JournalEntry.Kind kind = ended ? JournalEntry.Kind.TERMINAL : JournalEntry.Kind.UNWIND;
            return events.tellStored(key, cancelled.seq(), kind);
        });
    }

    /** Cancels a run that nobody waits for. */
    void abandon(RunKey key) {
        worker.background(cancel(key).then().onErrorResume(rounds::outage));
    }

    /** A run of this process is no longer worked on. */
    void left(RunRecord run, Move move, @Nullable Duration delay) {
        RunRecord.Parent parent = run.lineage().parent();
        if (parent != null && move.to().isTerminal()) {
            rounds.due(new RunKey(run.key().tenantId(), parent.runId()));
        }
        if (move.to() == RunStatus.FAILED || move == Move.UNWIND) {
            rounds.cancelOrphans();
        }
        if (move.to() == RunStatus.PENDING) {
            rounds.wakeFor(run.key(), delay == null ? Duration.ZERO : delay);
        }
    }

    /** A run cannot be run here. */
    void aside(RunRecord run, String reason) {
        LOG.warn(
                "Run {} of {} is left to others, as {}; {} were so far",
                run.key().runId(),
                run.code(),
                reason,
                aside.incrementAndGet());
    }

    @Override
    public Mono<Void> work(Hold hold) {
        return working(null).apply(hold);
    }

    /** What is done with runs that are taken. */
    private Function<Hold, Mono<Void>> working(@Nullable TenantContext known) {
        return hold -> Mono.defer(() -> worked(hold, known))
                .onErrorResume(CorruptStateException.class, error -> release(hold, "it cannot be read: " + error));
    }

    private Mono<Void> worked(Hold hold, @Nullable TenantContext known) {
        RunRecord run = hold.run();
        Optional<WorkflowDefinition> definition = definition(run.code());
        if (definition.isEmpty()) {
            return release(hold, "there is no such workflow here");
        }
        Mono<Void> work = new RunLoop(this, hold, definition.get()).work().contextWrite(carried(run)::in);
        String tenant = run.key().tenantId();
        return known != null && tenant.equals(known.id())
                ? work.contextWrite(Tenancy.as(known))
                : Tenancy.stored(
                        tenant,
                        runtime.around().resolver(),
                        work,
                        Mono.defer(() -> release(hold, "its tenant '" + tenant + "' is not known here")));
    }

    private static Carried carried(RunRecord run) {
        return Carried.read(RunImage.fromJson(run.snapshot().json()).control());
    }

    private Mono<Void> release(Hold hold, String reason) {
        aside(hold.run(), reason);
        return hold.putOff();
    }

    /** Begins a run, and works on it. */
    Mono<Started> begin(Function<@Nullable String, NewRun> run, @Nullable TenantContext tenant) {
        Function<Hold, Mono<Void>> work = working(tenant);
        Mono<Started> begun = rounds.isStopped()
                ? Detached.run(runtime.store().start(run.apply(null)))
                : worker.start(
                        own -> run.apply(own), hold -> begun(hold.run()).then(Mono.defer(() -> work.apply(hold))));
        return begun.flatMap(started -> started.fresh() && started.run().status() != RunStatus.RUNNING
                ? begun(started.run()).thenReturn(started)
                : Mono.just(started));
    }

    private Mono<Void> begun(RunRecord run) {
        worker.hear(run.times().createdAt());
        return events.tellStored(run.key(), 0, JournalEntry.Kind.START);
    }

    /** The run of a sub-workflow node, begun once. */
    Mono<RunRecord> child(
            WorkflowNode.SubWorkflow node,
            WorkflowState state,
            RunRecord.Parent parent,
            RunRecord of,
            @Nullable Duration left) {
        return Mono.deferContextual(view -> {
            WorkflowDefinition definition = runtime.workflows().get(node.workflowId());
            Map<String, Object> input = NodeBodies.call(
                    node.id(),
                    () -> NodeReturnedNothingException.requireInput(
                            node.id(), node.input().apply(state)));
            Beginning beginning = Beginning.of(definition, input, Carried.of(view))
                    .once(parent.runId() + "/" + parent.seq() + "/" + parent.branch(), "child")
                    .from(new RunRecord.Lineage(parent, null, 0))
                    .within(left);
            TenantContext tenant = Tenancy.tenant(view).orElse(null);
            return begin(beginning.in(runtime.settings(), of.key().tenantId()), tenant)
                    .map(Started::run)
                    .doOnNext(child -> attend(child.key(), -1, tenant));
        });
    }

    /** Fails if who waits for a run would do so in vain, as nobody here goes on with it; null for one not begun. */
    Mono<Void> goesOn(@Nullable String runId) {
        return Mono.defer(() -> rounds.isStopped() ? Mono.error(new EngineStoppedException(runId)) : Mono.empty());
    }

    /** The run once it has ended, or has paused after a sequence. */
    Mono<RunRecord> settled(RunKey key, int after, @Nullable TenantContext tenant) {
        return settling.settled(new Awaited(key, after, working(tenant)));
    }

    /** The run once it has ended, whoever works on it. */
    Mono<RunRecord> ended(RunKey key) {
        return settling.ended(key);
    }

    /** Makes sure that a run goes on which this process has to look after. */
    void attend(RunKey key, int after, @Nullable TenantContext tenant) {
        settling.attend(new Awaited(key, after, working(tenant)));
    }

    /** Takes this run at once, if it can be taken. */
    Mono<Void> take(RunKey key, @Nullable TenantContext tenant) {
        return rounds.take(key, working(tenant));
    }
}
