package io.cortexreactive.workflow;

import io.cortexreactive.durable.Carried;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.NewRun;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Answer;
import io.cortexreactive.durable.RunLog.Answered;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.resilience.Detached;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.workflow.RunImage.Change;
import io.cortexreactive.workflow.RunImage.Control;
import io.cortexreactive.workflow.WorkflowState.HistoryEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** @param waits whether beginning and answering complete at the next pause or end */
record DefaultWorkflow(WorkflowDefinition definition, DefaultWorkflowEngine engine, boolean waits) implements Workflow {

    private static final int PRIORITY = 100;
    private static final String OF_TIMEOUTS = "timeout:";

    private RunStore store() {
        return engine.runtime().store();
    }

    /** Runs work for the tenant of the call, whom it finds in its Context. */
    private <T> Flux<T> forTenant(String runId, BiFunction<RunKey, @Nullable TenantContext, Publisher<T>> work) {
        return engine.runtime().around().tenants().run(tenant -> {
            String id = tenant.map(TenantContext::id).orElse("");
            return work.apply(new RunKey(id, runId), tenant.orElse(null));
        });
    }

    @Override
    public Mono<WorkflowResult> run(Map<String, Object> input, RunOptions options) {
        return this.<WorkflowResult>forTenant(
                        Tenancy.newCorrelationId(),
                        (key, tenant) -> Mono.deferContextual(view -> {
                            InvalidInputException.requireOptions(
                                    "The options of a run", options, "RunOptions.DEFAULTS");
                            Map<String, Object> given = InvalidInputException.require("The input", input);
                            Beginning beginning = Beginning.of(definition, given, Carried.of(view))
                                    .within(options.timeout());
                            String idempotencyKey = options.idempotencyKey();
                            return begin(
                                    idempotencyKey == null
                                            ? beginning
                                            : beginning.once(idempotencyKey, StateJson.hash(given)),
                                    key.tenantId(),
                                    tenant);
                        }))
                .single();
    }

    private Mono<WorkflowResult> begin(Beginning beginning, String tenantId, @Nullable TenantContext tenant) {
        return open(null)
                .then(engine.begin(beginning.in(engine.runtime().settings(), tenantId), tenant))
                .flatMap(started -> came(started.run().key(), -1, tenant));
    }

    /** What has come of a run, of which the errors of the store say which run it is. */
    private Mono<WorkflowResult> came(RunKey key, int after, @Nullable TenantContext tenant) {
        return reached(key, after, tenant)
                .flatMap(this::result)
                .onErrorMap(StoreUnavailableException.class, error -> error.of(key.runId()));
    }

    private Mono<Void> open(@Nullable String runId) {
        return waits ? engine.goesOn(runId) : Mono.empty();
    }

    private Mono<RunRecord> reached(RunKey key, int after, @Nullable TenantContext tenant) {
        return waits
                ? engine.settled(key, after, tenant)
                : Mono.<Void>fromRunnable(() -> engine.attend(key, after, tenant))
                        .then(load(key));
    }

    @Override
    public Workflow withoutWaiting() {
        return new DefaultWorkflow(definition, engine, false);
    }

    private Mono<WorkflowResult> result(RunRecord run) {
        return StoredStates.state(store(), run)
                .map(state -> new WorkflowResult(run.key().runId(), state.status(), output(state), state));
    }

    private static Map<String, Object> output(WorkflowState state) {
        String node = state.currentNode();
        return state.status() == WorkflowStatus.COMPLETED && node != null
                ? RunTelling.output(node, state.data().get(node))
                : Map.of();
    }

    /** A run of another workflow is not found. */
    private Mono<RunRecord> load(RunKey key) {
        return store().load(key)
                .filter(run -> run.code().definition().equals(definition.id()))
                .switchIfEmpty(Mono.error(() -> WorkflowNotFoundException.forRunId(key.runId())));
    }

    @Override
    public Mono<WorkflowResult> resume(String runId, Map<String, Object> input, ResumeOptions options) {
        return this.<WorkflowResult>forTenant(
                        runId,
                        (key, tenant) -> open(runId)
                                .then(Detached.run(load(key)
                                        .flatMap(run -> answered(
                                                run,
                                                InvalidInputException.require("The answer", input),
                                                InvalidInputException.requireOptions(
                                                        "The options of an answer", options, "ResumeOptions.DEFAULTS"),
                                                tenant))))
                                .flatMap(seq -> came(key, seq, tenant)))
                .single();
    }

    /** The sequence of the answer. */
    private Mono<Integer> answered(
            RunRecord run, Map<String, Object> input, ResumeOptions options, @Nullable TenantContext tenant) {
        Map<String, Object> spec = spec(run);
        String requestId = options.requestId() == null ? Tenancy.newCorrelationId() : options.requestId();
        if (requestId.startsWith(OF_TIMEOUTS)) {
            return Mono.error(refused(run, List.of("a request id cannot begin with '" + OF_TIMEOUTS + "'")));
        }
        String token = run.pause() == null ? "" : run.pause().token();
        String payload = Change.ofOutput(input)
                .toJson(engine.runtime().settings().maxStateBytes())
                .text();
        String asked = options.pauseToken() == null ? token : options.pauseToken();
        Answer answer = new Answer(asked, requestId, payload, RunWriter.newCommitId());
        return problems(spec, input)
                .flatMap(problems -> problems.isEmpty() || !asked.equals(token)
                        ? store().answer(run.key(), answer)
                        : repeated(run, answer, problems))
                .switchIfEmpty(Mono.error(
                        () -> WorkflowNotFoundException.forRunId(run.key().runId())))
                .flatMap(answered -> accepted(run, answer, answered, tenant));
    }

    private static Map<String, Object> spec(RunRecord run) {
        return run.pause() == null || run.pause().spec() == null
                ? Map.of()
                : StateJson.read(Objects.requireNonNull(run.pause().spec()));
    }

    private static Mono<List<String>> problems(Map<String, Object> spec, Map<String, Object> input) {
        Map<String, Object> schema = RunImage.map(spec.get("schema"));
        return schema.isEmpty()
                ? Mono.just(List.of())
                : Schema.fromMap(schema).validated(input).map(result -> result.errors());
    }

    /** An answer that does not fit this pause may be the repetition of one to an earlier pause. */
    private Mono<Answered> repeated(RunRecord run, Answer answer, List<String> problems) {
        return store().answer(run.key(), new Answer("", answer.requestId(), answer.input(), answer.commitId()))
                .flatMap(answered -> answered.accepted() ? Mono.just(answered) : Mono.error(refused(run, problems)));
    }

    private static InvalidInputException refused(RunRecord run, List<String> problems) {
        return new InvalidInputException(
                run.key().runId(), String.valueOf(spec(run).get("node")), problems);
    }

    private Mono<Integer> accepted(RunRecord run, Answer answer, Answered answered, @Nullable TenantContext tenant) {
        RunKey key = run.key();
        if (!answered.accepted()) {
            return Mono.error(new WorkflowNotPausedException(key.runId(), WorkflowStatus.of(answered.status())));
        }
        return engine.events()
                .tellAnswer(key, answered.seq(), answer.commitId())
                .then(engine.take(key, tenant))
                .thenReturn(answered.seq());
    }

    @Override
    public Mono<Boolean> cancel(String runId) {
        return this.<Boolean>forTenant(runId, (key, tenant) -> load(key).flatMap(run -> engine.cancel(key)))
                .next()
                .switchIfEmpty(Mono.error(() -> WorkflowNotFoundException.forRunId(runId)));
    }

    @Override
    public Mono<WorkflowResult> fork(String runId, long sequence, Map<String, Object> changes) {
        return this.<WorkflowResult>forTenant(
                        runId,
                        (key, tenant) -> load(key)
                                .flatMap(run -> copied(
                                        run, sequence, InvalidInputException.require("What a fork changes", changes)))
                                .flatMap(copy -> begin(copy, key.tenantId(), tenant)))
                .single();
    }

    private Mono<Beginning> copied(RunRecord run, long sequence, Map<String, Object> changes) {
        if (sequence < 0 || sequence > run.progress().seq()) {
            return Mono.error(new InvalidPositionException(Long.toString(sequence)));
        }
        int seq = (int) sequence;
        return store().journal(run.key(), -1, seq + 1)
                .filter(entry -> entry.branch().isEmpty() && entry.seq() <= seq)
                .collectList()
                .map(entries -> copy(run, entries, changes));
    }

    private Beginning copy(RunRecord run, List<JournalEntry> entries, Map<String, Object> changes) {
        JournalEntry last = entries.get(entries.size() - 1);
        RunImage image = RunImage.EMPTY.fold(entries);
        if (last.kind() == JournalEntry.Kind.TERMINAL) {
            throw new InvalidPositionException(Integer.toString(last.seq()));
        }
        String next = definition.next(image);
        WorkflowNode node = definition.main(next);
        if (node == null) {
            throw InvalidPositionException.without(run, last.seq(), next, definition);
        }
        Map<String, Object> control = new HashMap<>(image.control());
        control.keySet().retainAll(Set.of(Control.NEXT, Control.LOOP, Control.FAN, Control.ASKED));
        control.putAll(Steps.comingTo(definition, next));
        control.replace(Control.FAN, FanOut.known(node, control));
        if (!(node instanceof WorkflowNode.Loop)) {
            control.remove(Control.LOOP);
        }
        control.putAll(FanOut.copied(control));
        if (last.kind() == JournalEntry.Kind.INPUT) {
            control.put(Control.ANSWER, OpenRun.answer(0, last));
        }
        Map<String, Object> data = new LinkedHashMap<>(image.data());
        data.putAll(changes);
        Beginning copy = new Beginning(definition, data, control, null, Lineage.NONE, null);
        return copy.from(new Lineage(null, run.key().runId(), last.seq()));
    }

    @Override
    public Flux<HistoryEntry> history(String runId) {
        return forTenant(
                runId,
                (key, tenant) -> load(key).flatMapMany(run -> {
                    List<HistoryEntry> branches = new ArrayList<>();
                    return engine.journals().past(key, 0).concatMapIterable(entry -> told(entry, branches));
                }));
    }

    private static List<HistoryEntry> told(JournalEntry entry, List<HistoryEntry> branches) {
        if (!entry.branch().isEmpty()) {
            branches.add(StoredStates.told(entry, List.of()));
            return List.of();
        }
        HistoryEntry told = StoredStates.told(entry, branches);
        branches.clear();
        return List.of(told);
    }

    @Override
    public Flux<WorkflowEvent> follow(String runId, @Nullable String afterPosition) {
        return forTenant(
                runId,
                (key, tenant) -> load(key).flatMapMany(run -> {
                    RunTelling telling = new RunTelling(run);
                    Flux<WorkflowEvent> events = engine.journals().follow(key, -1, telling::next);
                    return afterPosition == null
                            ? events
                            : RunTelling.Position.of(afterPosition)
                                    .within(run.progress().seq())
                                    .after(events);
                }));
    }

    /**
     * A run that is to begin.
     *
     * @param data what it knows
     * @param control what the engine has to know besides
     * @param once if set, a second start gives the first run
     * @param deadline how long it may take; null for as long as it likes
     */
    record Beginning(
            WorkflowDefinition definition,
            Map<String, Object> data,
            Map<String, Object> control,
            NewRun.@Nullable Once once,
            Lineage lineage,
            @Nullable Duration deadline) {

        static Beginning of(WorkflowDefinition definition, Map<String, Object> input, Carried carried) {
            Map<String, Object> control = new HashMap<>(Steps.comingTo(definition, definition.start()));
            carried.keepIn(control);
            return new Beginning(definition, input, control, null, Lineage.NONE, null);
        }

        Beginning once(String idempotencyKey, String inputHash) {
            return new Beginning(
                    definition, data, control, new NewRun.Once(idempotencyKey, inputHash), lineage, deadline);
        }

        Beginning from(Lineage value) {
            return new Beginning(definition, data, control, once, value, deadline);
        }

        Beginning within(@Nullable Duration value) {
            return new Beginning(definition, data, control, once, lineage, value);
        }

        /**
         * As a store has it, by the worker whose it is at once.
         *
         * @throws io.cortexreactive.durable.StateNotStorableException if no store can hold it
         */
        Function<@Nullable String, NewRun> in(EngineSettings settings, String tenantId) {
            Change change = new Change(null, data, control);
            String input = change.toJson(settings.maxStateBytes()).text();
            String snapshot = RunImage.EMPTY
                    .with(null, change)
                    .toJson(settings.maxStateBytes())
                    .text();
            RunKey key = new RunKey(tenantId, Tenancy.newCorrelationId());
            String first = String.valueOf(control.get(Control.NEXT));
            WorkflowNode node = definition.node(first);
            Duration hangs = node == null ? null : Steps.hangs(node);
            return worker -> new NewRun(
                    key,
                    DefaultWorkflowEngine.code(definition),
                    first,
                    new NewRun.Content(input, snapshot),
                    once,
                    lineage,
                    new NewRun.Terms(RunWriter.newCommitId(), settings.queue(), PRIORITY, deadline, hangs, worker));
        }
    }
}
