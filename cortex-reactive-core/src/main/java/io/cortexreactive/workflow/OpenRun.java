package io.cortexreactive.workflow;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunLog.Verdict;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.RunWriter.Draft;
import io.cortexreactive.durable.RunWriter.Unsettled;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.workflow.NodeRunner.BranchResult;
import io.cortexreactive.workflow.RunImage.Change;
import io.cortexreactive.workflow.RunImage.Control;
import io.cortexreactive.workflow.Steps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * A run that this process works on: what it knows, and how that is written. Signals come one at a time, but for those
 * of branches.
 */
final class OpenRun {

    private static final Logger LOG = LoggerFactory.getLogger(OpenRun.class);

    private final DefaultWorkflowEngine engine;
    private final RunRecord run;
    private final Map<String, BranchResult> branches = new LinkedHashMap<>();

    private RunImage image;
    private RunWriter writer;
    private int undo;
    private long since;
    private boolean warned;
    private @Nullable String current;
    private @Nullable String written;
    private @Nullable String completed;
    private volatile boolean over;

    OpenRun(DefaultWorkflowEngine engine, RunRecord run) {
        this.engine = engine;
        this.run = run;
        image = aimed(RunImage.fromJson(run.snapshot().json()), run);
        writer = writer(0);
        undo = run.progress().undo();
        current = run.progress().node();
        Instant startedAt = run.times().startedAt();
        since = (startedAt == null ? run.times().createdAt() : startedAt).toEpochMilli();
    }

    private RunWriter writer(long added) {
        return new RunWriter(runtime().store(), run, maxBytes(), added);
    }

    /** Reads what has happened since the snapshot, and at least the latest transition. */
    Mono<Void> open() {
        int seq = run.progress().seq();
        int after = Math.min(run.snapshot().seq(), seq - 1);
        return run.progress().epoch() == 1
                ? Mono.empty()
                : runtime()
                        .store()
                        .journal(run.key(), after, seq - after + 1)
                        .collectList()
                        .doOnNext(this::read)
                        .then();
    }

    private void read(List<JournalEntry> entries) {
        int seq = run.progress().seq();
        List<JournalEntry> main = entries.stream()
                .filter(entry -> entry.seq() > run.snapshot().seq() && entry.seq() <= seq)
                .toList();
        entries.stream()
                .filter(entry -> entry.seq() == seq && seq > 0 && entry.branch().isEmpty())
                .forEach(entry -> since = entry.commit().at().toEpochMilli());
        entries.stream()
                .filter(entry -> entry.seq() > seq)
                .forEach(entry -> branches.put(entry.branch(), result(entry)));
        image = aimed(image.fold(main), run);
        main.stream()
                .filter(entry -> entry.kind() == JournalEntry.Kind.INPUT && entry.seq() == seq)
                .forEach(entry -> image = puts(image, Map.of(Control.ANSWER, answer(seq, entry))));
        writer = writer(main.stream()
                .mapToLong(entry -> entry.payload() == null ? 0 : StateJson.bytes(entry.payload()))
                .sum());
    }

    /** The entry with which it began to compensate, after those of branches that were done by then. */
    Mono<List<JournalEntry>> unwound() {
        Object known = image.control().get(Control.UNWOUND);
        return unwound(known == null ? seq() : RunImage.number(known));
    }

    /** Somebody may have saved another state since. */
    private Mono<List<JournalEntry>> unwound(int at) {
        return runtime()
                .store()
                .journal(run.key(), at - 1, 1)
                .collectList()
                .flatMap(entries -> at == 0 || isUnwinding(entries) ? Mono.just(entries) : unwound(at - 1));
    }

    private static boolean isUnwinding(List<JournalEntry> entries) {
        return entries.stream().anyMatch(entry -> entry.kind() == JournalEntry.Kind.UNWIND);
    }

    /** The store knows best which node comes next: somebody may have saved another. */
    private static RunImage aimed(RunImage image, RunRecord run) {
        String node = run.progress().node();
        return node == null ? image : puts(image, Map.of(Control.NEXT, node));
    }

    private static RunImage puts(RunImage image, Map<String, Object> control) {
        return image.with(null, new Change(null, Map.of(), control));
    }

    /** An answer, as nodes find it. */
    static Map<String, Object> answer(int seq, JournalEntry entry) {
        return answer(
                seq,
                entry.payload() == null
                        ? null
                        : Change.fromJson(entry.payload()).output());
    }

    /** The same of what was given; null if nobody has answered in time. */
    static Map<String, Object> answer(int seq, @Nullable Object input) {
        Map<String, Object> answer = new HashMap<>();
        answer.put("seq", seq);
        answer.put("input", input);
        return answer;
    }

    static BranchResult result(JournalEntry entry) {
        return new BranchResult(
                entry.payload() == null
                        ? null
                        : Change.fromJson(entry.payload()).output(),
                entry.error());
    }

    RunImage image() {
        return image;
    }

    /** Of the latest transition. */
    int seq() {
        return writer.seq();
    }

    /** When the node that comes next did so, in the store's time: at the latest transition, or the run's start. */
    long since() {
        return since;
    }

    /** Compensations that it has to run if it fails. */
    int undo() {
        return undo;
    }

    /** Whether it is no longer worked on. */
    boolean isOver() {
        return over;
    }

    /** Nothing more is written of it. */
    void drop() {
        over = true;
    }

    /** Writes what comes next, if the run is still this process's. */
    Mono<Void> write(Step step) {
        Change change = step.change();
        int limit = limit(step.move());
        String node = step.move() == Move.ADVANCE || step.move() == Move.COMPLETE ? step.node() : null;
        RunImage after = change == null ? image : image.with(node, change);
        String payload = change == null || step.move().kind() == null
                ? null
                : change.toJson(limit).text();
        Draft draft =
                new Draft(step.move(), step.node(), step.next(), payload, step.error(), step.undo(), step.schedule());
        return writer.commit(draft, () -> measured(after, limit)).flatMap(mine -> {
            over = !mine || step.move().to() != RunStatus.RUNNING;
            return mine ? landed(step, payload, after) : Mono.empty();
        });
    }

    /** What the engine adds by itself is little, and always has room: without it a run could not even fail. */
    private int limit(Move move) {
        return switch (move) {
            case ADVANCE, COMPLETE, PAUSE -> maxBytes();
            default -> Integer.MAX_VALUE;
        };
    }

    private int maxBytes() {
        return runtime().settings().maxStateBytes();
    }

    private String measured(RunImage after, int limit) {
        StateJson.Json json = after.toJson(limit);
        if (json.bytes() > maxBytes() / 8 && !warned) {
            warned = true;
            LOG.warn(
                    "The state of run {} has {} bytes; it may have {}",
                    run.key().runId(),
                    json.bytes(),
                    maxBytes());
        }
        written = json.text();
        return json.text();
    }

    private Mono<Void> landed(Step step, @Nullable String payload, RunImage after) {
        RunImage before = image;
        image = after;
        undo += step.undo();
        current = step.next() == null ? current : step.next();
        completed = step.move() == Move.COMPLETE ? written : null;
        written = null;
        JournalEntry.Kind kind = step.move().kind();
        if (kind != null) {
            branches.clear();
            since = now();
            return engine.events()
                    .tell(run, before, entry(kind, "", step.node(), payload, step.error()))
                    .then(Mono.fromRunnable(() -> left(step)));
        }
        left(step);
        return Mono.empty();
    }

    private void left(Step step) {
        if (over) {
            engine.left(run, step.move(), step.schedule().delay());
        }
    }

    private JournalEntry entry(
            JournalEntry.Kind kind,
            String branch,
            @Nullable String node,
            @Nullable String payload,
            @Nullable ErrorInfo error) {
        int seq = branch.isEmpty() ? writer.seq() : writer.seq() + 1;
        JournalEntry.Commit commit = new JournalEntry.Commit(
                RunWriter.newCommitId(), run.progress().epoch(), Instant.ofEpochMilli(engine.now()));
        return new JournalEntry(seq, branch, kind, node, payload, error, null, commit);
    }

    WorkflowEngine.Parts runtime() {
        return engine.runtime();
    }

    /** As it was when it was taken. */
    RunRecord run() {
        return run;
    }

    /** The run as it is once it has completed here, but for the time of that, which its journal has. */
    Optional<RunRecord> completed() {
        return Optional.ofNullable(completed).map(state -> run.completed(seq(), current, undo, state));
    }

    /** The store's time in milliseconds. */
    long now() {
        return engine.now();
    }

    /** How long it may still take; null for as long as it likes. */
    @Nullable
    Duration left() {
        Instant end = run.times().deadlineAt();
        return end == null || run.progress().outcome() != null
                ? null
                : Duration.between(Instant.ofEpochMilli(engine.now()), end);
    }

    /** Tells that a node is about to be run. */
    void entered(NodeContext context, String branch) {
        engine.events()
                .publish(
                        WorkflowEvent.WorkflowNodeEntered.class,
                        () -> RunTelling.entered(run, image, context, writer.seq() + 1, branch));
    }

    /** Results of branches of the node that comes next. */
    Map<String, BranchResult> branches() {
        return branches;
    }

    /** Keeps the result of a branch. Gives what counts; nothing if the run is somebody else's. */
    Mono<BranchResult> keep(String branch, BranchResult result) {
        return Mono.fromSupplier(() -> Encoded.of(branch, result, maxBytes()))
                .onErrorResume(error -> Mono.just(Encoded.failed(error)))
                .flatMap(encoded -> kept(branch, encoded).onErrorMap(Unsettled::new));
    }

    /** A result of a branch, as a store has it. */
    private record Encoded(
            @Nullable String payload, @Nullable ErrorInfo error) {

        static Encoded of(String branch, BranchResult result, int limit) {
            return result.error() != null
                    ? new Encoded(null, result.error())
                    : new Encoded(NodeBodies.call(branch, () -> Change.named(branch, () -> json(result, limit))), null);
        }

        private static String json(BranchResult result, int limit) {
            return Change.ofOutput(result.output()).toJson(limit).text();
        }

        static Encoded failed(Throwable error) {
            return new Encoded(null, FanOut.bounded(ErrorInfo.of(error)));
        }
    }

    private Mono<BranchResult> kept(String branch, Encoded result) {
        return writer.branch(branch, result.payload(), result.error()).flatMap(verdict -> {
            if (verdict == Verdict.COMMITTED) {
                JournalEntry entry = entry(JournalEntry.Kind.BRANCH, branch, branch, result.payload(), result.error());
                return engine.events().tell(run, image, entry).thenReturn(result(entry));
            }
            return verdict == Verdict.EXISTS ? adopted(branch) : Mono.empty();
        });
    }

    private Mono<BranchResult> adopted(String branch) {
        return runtime()
                .store()
                .journal(run.key(), writer.seq(), 1)
                .filter(entry -> entry.branch().equals(branch))
                .next()
                .map(OpenRun::result);
    }

    /**
     * The run of a sub-workflow, begun before or from here on.
     *
     * @param left how long it may take; null for as long as it likes
     */
    Mono<RunRecord> child(
            WorkflowNode.SubWorkflow node, WorkflowState state, RunRecord.Parent parent, @Nullable Duration left) {
        return engine.child(node, state, parent, run, left);
    }

    /** A run that was begun for a branch, once it has ended. */
    Mono<RunRecord> ended(String childId) {
        return engine.ended(new RunKey(run.key().tenantId(), childId));
    }

    /** Nobody waits any more for a run that was begun for a branch. */
    void abandon(String childId) {
        engine.abandon(new RunKey(run.key().tenantId(), childId));
    }
}
