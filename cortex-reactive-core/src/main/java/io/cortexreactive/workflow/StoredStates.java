package io.cortexreactive.workflow;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.DelegatingRunLog;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunRecord.Code;
import io.cortexreactive.durable.RunRecord.Lineage;
import io.cortexreactive.durable.RunRecord.Progress;
import io.cortexreactive.durable.RunRecord.Snapshot;
import io.cortexreactive.durable.RunRecord.Times;
import io.cortexreactive.durable.RunRecord.Waiting;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.workflow.RunImage.Change;
import io.cortexreactive.workflow.RunImage.Control;
import io.cortexreactive.workflow.WorkflowState.HistoryEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Runs of a log as states, for the tenant of the Context, and states as runs. */
final class StoredStates {

    private static final Logger LOG = LoggerFactory.getLogger(StoredStates.class);

    private static final int RUNS = 50;
    private static final int ENTRIES = 500;
    private static final int EXPIRED_AT_ONCE = 1_000;

    private StoredStates() {}

    /**
     * Keeps a state. What the engine knows besides stays as it is. A run that is new here begins without a history,
     * whatever the state has.
     */
    static Mono<Void> save(RunLog store, WorkflowState state, int maxBytes) {
        return Mono.deferContextual(context -> {
            requireWhole(state);
            RunKey key = key(context, state.runId());
            boolean mine = state.tenantId() == null || state.tenantId().equals(key.tenantId());
            return mine ? save(store, key, state, maxBytes) : Mono.error(new StaleStateException(state.runId()));
        });
    }

    private static void requireWhole(@Nullable WorkflowState state) {
        if (state == null) {
            throw new StateNotStorableException("There is no state to save: it is null.", null);
        }
        List<String> missing = Stream.of(
                        state.status() == null ? "status" : "",
                        state.data() == null ? "data" : "",
                        state.history() == null ? "history" : "",
                        state.times() == null ? "times" : "")
                .filter(part -> !part.isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            throw new StateNotStorableException(
                    "The state of run '" + state.runId() + "' has no " + String.join(", no ", missing) + ".", null);
        }
    }

    private static Mono<Void> save(RunLog store, RunKey key, WorkflowState state, int maxBytes) {
        return store.load(key)
                .flatMap(run -> read(store, run, run.snapshot().seq()).map(read -> changed(run, read, state, maxBytes)))
                .switchIfEmpty(Mono.fromSupplier(() -> made(key, state, maxBytes)))
                .flatMap(run -> store.put(run, RunWriter.newCommitId()))
                .filter(kept -> kept)
                .switchIfEmpty(Mono.error(() -> new StaleStateException(state.runId())))
                .then();
    }

    private static RunRecord changed(RunRecord run, Read read, WorkflowState state, int maxBytes) {
        requireSameCode(run, state);
        requireAlone(run, read.image);
        int seq = state.history().size();
        Progress progress = run.progress();
        RunImage changed = new RunImage(RunImage.of(state.data()).data(), control(run, read, state));
        return new RunRecord(
                run.key(),
                run.code(),
                state.status().toRun(),
                new Progress(progress.epoch(), seq, state.currentNode(), 0, progress.undo(), progress.outcome()),
                new Snapshot(seq, changed.toJson(maxBytes).text()),
                staysPaused(run, state) ? run.pause() : waiting(state),
                run.lineage(),
                run.times(),
                run.error());
    }

    /** Which code has a run decides who may claim it, and what its journal means. */
    private static void requireSameCode(RunRecord run, WorkflowState state) {
        Code given = new Code(state.workflowId(), state.version());
        if (!given.equals(run.code())) {
            throw new StateNotStorableException(
                    "Run '" + run.key().runId() + "' is of " + run.code() + ", and cannot become one of " + given
                            + ". Fork it from that version, or save the state under another run id.",
                    null);
        }
    }

    /** Runs of its own that are under way would wake the run as it was, and never again. */
    private static void requireAlone(RunRecord run, RunImage image) {
        boolean waits = run.status() == RunStatus.PENDING && run.progress().outcome() == null;
        if (waits && !RunImage.map(image.control().get(Control.CHILDREN)).isEmpty()) {
            throw new StaleStateException(run.key().runId());
        }
    }

    /** A run that is moved comes to its node anew; what it has to compensate stays. */
    private static Map<String, Object> control(RunRecord run, Read read, WorkflowState state) {
        String node = state.currentNode();
        Map<String, Object> control = new HashMap<>(read.image.control());
        answer(run, read).ifPresent(answer -> control.put(Control.ANSWER, answer));
        boolean moves = node != null && !node.equals(run.progress().node());
        if (moves) {
            control.keySet().removeIf(StoredStates::isOfNode);
            control.put(Control.NEXT, node);
            // The node it is at when it goes on takes it off the count.
            control.computeIfPresent(Control.COUNTED, (name, counted) -> node);
        }
        if (moves || !staysPaused(run, state)) {
            control.putAll(asked(state));
        }
        return control;
    }

    /** What the run has been answered and no node knows yet, for the transition that saving is. */
    private static Optional<Map<String, Object>> answer(RunRecord run, Read read) {
        int seq = run.progress().seq();
        HistoryEntry last = read.history.isEmpty() ? null : read.history.get(read.history.size() - 1);
        if (last != null && last.kind() == JournalEntry.Kind.INPUT) {
            return Optional.of(OpenRun.answer(seq + 1, last.output()));
        }
        Map<String, Object> known = RunImage.map(read.image.control().get(Control.ANSWER));
        return known.isEmpty() || RunImage.number(known.get("seq")) != seq
                ? Optional.empty()
                : Optional.of(OpenRun.answer(seq + 1, known.get("input")));
    }

    private static boolean isOfNode(String name) {
        return Control.OF_NODE.contains(name)
                || (name.startsWith(Control.TRIES) && !name.startsWith(Control.TRIES + Control.UNDO));
    }

    /** The answer is for the node where the run is, whichever asked. */
    private static Map<String, Object> asked(WorkflowState state) {
        Pause pause = state.pause();
        return pause == null ? Map.of() : Map.of(Control.ASKED, Steps.asked("", pause.reason(), pause.token(), false));
    }

    private static RunRecord made(RunKey key, WorkflowState state, int maxBytes) {
        Map<String, Object> control = new HashMap<>(asked(state));
        if (state.currentNode() != null) {
            control.put(Control.NEXT, state.currentNode());
        }
        RunImage image = new RunImage(RunImage.of(state.data()).data(), control);
        Instant createdAt = Objects.requireNonNullElseGet(state.times().startedAt(), Instant::now);
        return new RunRecord(
                key,
                new Code(state.workflowId(), state.version()),
                state.status().toRun(),
                new Progress(0, 0, state.currentNode(), 0, 0, null),
                new Snapshot(0, image.toJson(maxBytes).text()),
                waiting(state),
                Lineage.NONE,
                new Times(createdAt, state.times().startedAt(), state.times().completedAt(), null),
                null);
    }

    /** A state does not have all of a pause. */
    private static boolean staysPaused(RunRecord run, WorkflowState state) {
        return run.pause() != null
                && state.pause() != null
                && run.pause().token().equals(state.pause().token());
    }

    private static @Nullable Waiting waiting(WorkflowState state) {
        Pause pause = state.pause();
        return pause == null ? null : new Waiting(pause.token(), pause.reason(), null, pause.at(), null);
    }

    static Mono<WorkflowState> find(RunLog store, String runId) {
        return Mono.deferContextual(context -> store.load(key(context, runId)).flatMap(run -> state(store, run)));
    }

    static Mono<Lineage> lineage(RunLog store, String runId) {
        return Mono.deferContextual(context -> store.load(key(context, runId)).map(RunRecord::lineage));
    }

    /** Each with its history, or it could not be saved again; so the journal of each is read when it is asked for. */
    static Flux<WorkflowState> list(RunLog store, @Nullable String workflowId, @Nullable WorkflowStatus status) {
        RunStatus stands = status == null ? null : status.toRun();
        return list(store, tenantId -> new RunLog.Query(tenantId, workflowId, stands, null, RUNS));
    }

    static Flux<WorkflowState> children(RunLog store, String runId) {
        return list(store, tenantId -> new RunLog.Query(tenantId, null, null, runId, null, RUNS));
    }

    private static Flux<WorkflowState> list(RunLog store, Function<String, RunLog.Query> query) {
        return Flux.deferContextual(context -> {
            Pages pages = new Pages(store, query.apply(tenantId(context)));
            return pages.next().repeat(() -> pages.more);
        });
    }

    /** Not subscribed before something is asked for, so that nothing is read ahead. Hidden, or it would be at once. */
    private static <T> Flux<T> onDemand(Supplier<Publisher<T>> source) {
        return Flux.just(source).hide().concatMap(Supplier::get, 0);
    }

    /** Ends runs that wait for too long before it forgets those that have ended. */
    static Mono<Long> deleteExpired(RunLog store) {
        Mono<Long> ended = Flux.defer(() -> store.expire(EXPIRED_AT_ONCE, NodeRunner.RUN_TIMED_OUT))
                .count();
        return ended.expand(count -> count == 0 ? Mono.empty() : ended).then(Mono.defer(store::purge));
    }

    static Mono<Void> delete(RunLog store, String runId) {
        return Mono.deferContextual(context -> store.remove(key(context, runId))
                .flatMap(gone -> gone ? Mono.empty() : Mono.error(new StaleStateException(runId))));
    }

    private static RunKey key(ContextView context, String runId) {
        return new RunKey(tenantId(context), runId);
    }

    private static String tenantId(ContextView context) {
        Optional<TenantContext> tenant = Tenancy.tenant(context);
        return tenant.map(TenantContext::id).orElse("");
    }

    /** Empty if the run is gone by now. */
    static Mono<WorkflowState> state(RunLog store, RunRecord run) {
        return read(store, run, 0)
                .filter(read -> read.history.size() == run.progress().seq())
                .map(read -> state(ended(run, read.history), read.image, read.history))
                .switchIfEmpty(Mono.defer(() -> store.load(run.key())).flatMap(there -> Mono.error(incomplete(run))));
    }

    /** With the time of its end, of which a run that was not loaded does not know. */
    private static RunRecord ended(RunRecord run, List<HistoryEntry> history) {
        Times times = run.times();
        if (!run.status().isTerminal() || times.completedAt() != null) {
            return run;
        }
        Instant at = history.get(history.size() - 1).at();
        return new RunRecord(
                run.key(),
                run.code(),
                run.status(),
                run.progress(),
                run.snapshot(),
                run.pause(),
                run.lineage(),
                new Times(times.createdAt(), times.startedAt(), at, times.deadlineAt()),
                run.error());
    }

    private static CorruptStateException incomplete(RunRecord run) {
        return new CorruptStateException(
                "Run '" + run.key().runId() + "' has made " + run.progress().seq()
                        + " transitions, and its journal has others.",
                null);
    }

    /** What is known of a run. */
    static WorkflowState state(RunRecord run, RunImage image, List<HistoryEntry> history) {
        Waiting waiting = run.pause();
        String tenantId = run.key().tenantId();
        return new WorkflowState(
                run.code().definition(),
                run.code().version(),
                run.key().runId(),
                tenantId.isEmpty() ? null : tenantId,
                run.progress().node(),
                WorkflowStatus.of(run.status()),
                image.data(),
                history,
                waiting == null ? null : new Pause(waiting.reason(), waiting.token(), waiting.since()),
                new RunTimes(run.times().startedAt(), run.times().completedAt()));
    }

    /** Entries after a sequence, and no later than the run that was loaded, which may have gone on since. */
    private static Mono<Read> read(RunLog store, RunRecord run, int after) {
        return Mono.defer(() -> {
            Entries entries = new Entries(store, run.key(), after);
            return entries.next()
                    .repeat(() -> entries.more)
                    .takeWhile(entry -> entry.seq() <= run.progress().seq())
                    .collectList()
                    .map(journal -> Read.of(run, journal));
        });
    }

    /** What an entry says, and the branches that came before it. */
    static HistoryEntry told(JournalEntry entry, List<HistoryEntry> branches) {
        String payload = entry.payload();
        boolean isState = entry.kind() == JournalEntry.Kind.PATCH;
        return new HistoryEntry(
                entry.seq(),
                entry.kind(),
                entry.node(),
                payload == null || isState ? null : Change.fromJson(payload).output(),
                entry.error(),
                entry.commit().at(),
                List.copyOf(branches));
    }

    private record Read(RunImage image, List<HistoryEntry> history) {

        static Read of(RunRecord run, List<JournalEntry> journal) {
            try {
                List<JournalEntry> news = journal.stream()
                        .filter(entry -> entry.seq() > run.snapshot().seq())
                        .toList();
                return new Read(RunImage.fromJson(run.snapshot().json()).fold(news), histories(journal));
            } catch (CorruptStateException e) {
                throw new CorruptStateException("Run '" + run.key().runId() + "': " + e.getMessage(), e);
            }
        }

        private static List<HistoryEntry> histories(List<JournalEntry> journal) {
            List<HistoryEntry> histories = new ArrayList<>();
            List<HistoryEntry> branches = new ArrayList<>();
            for (JournalEntry entry : journal) {
                if (entry.branch().isEmpty()) {
                    histories.add(told(entry, branches));
                    branches.clear();
                } else {
                    branches.add(told(entry, List.of()));
                }
            }
            return List.copyOf(histories);
        }
    }

    /** Reads runs page by page. For one subscriber. */
    private static final class Pages {

        private final RunLog store;
        private RunLog.Query query;
        private boolean more;

        Pages(RunLog store, RunLog.Query query) {
            this.store = store;
            this.query = query;
        }

        Flux<WorkflowState> next() {
            return onDemand(() -> store.page(query)
                    .collectList()
                    .doOnNext(this::goOn)
                    .flatMapIterable(page -> page)
                    .concatMap(run -> onDemand(() -> readable(run)), 0));
        }

        private Mono<WorkflowState> readable(RunRecord run) {
            return state(store, run).onErrorResume(CorruptStateException.class, error -> {
                LOG.warn("Run '{}' is left out of a list: {}", run.key().runId(), error.getMessage());
                return Mono.empty();
            });
        }

        private void goOn(List<RunRecord> page) {
            more = page.size() == RUNS;
            if (more) {
                RunRecord last = page.get(RUNS - 1);
                query = new RunLog.Query(
                        query.tenantId(),
                        query.definition(),
                        query.status(),
                        query.parent(),
                        new RunLog.Cursor(last.times().createdAt(), last.key().runId()),
                        RUNS);
            }
        }
    }

    /** Reads a journal page by page. For one subscriber. */
    private static final class Entries {

        private final RunLog store;
        private final RunKey key;
        private int last;
        private int mains;
        private boolean more;

        Entries(RunLog store, RunKey key, int after) {
            this.store = store;
            this.key = key;
            last = after;
        }

        Flux<JournalEntry> next() {
            return Flux.defer(() -> {
                mains = 0;
                more = false;
                return store.journal(key, last, ENTRIES).doOnNext(this::count);
            });
        }

        private void count(JournalEntry entry) {
            if (entry.branch().isEmpty()) {
                mains++;
                last = entry.seq();
            }
            more = mains == ENTRIES;
        }
    }

    /** A {@link RunLog} seen as states, too, of which none has more bytes. */
    record Log(RunLog runs, int maxBytes) implements RunStore, DelegatingRunLog {

        @Override
        public Mono<Void> save(WorkflowState state) {
            return StoredStates.save(runs, state, maxBytes);
        }

        @Override
        public RunStore withMaxStateBytes(int value) {
            return new Log(runs, value);
        }
    }
}
