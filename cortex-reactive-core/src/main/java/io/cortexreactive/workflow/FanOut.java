package io.cortexreactive.workflow;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.workflow.NodeRunner.BranchResult;
import io.cortexreactive.workflow.NodeRunner.Outcome;
import io.cortexreactive.workflow.NodeRunner.Puts;
import io.cortexreactive.workflow.RunImage.Control;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs those branches of a parallel node that have no result yet, and joins them. Belongs to one step of one run. */
final class FanOut {

    private static final int MAX_MESSAGE = 2_000;

    private final WorkflowNode.Parallel node;
    private final NodeRunner runner;
    private final OpenRun run;
    private final Set<String> others;

    /** In the order they came. */
    private final Map<String, BranchResult> results = new LinkedHashMap<>();

    private final Sinks.Empty<Void> enough = Sinks.empty();
    private volatile boolean isEnough;

    FanOut(WorkflowNode.Parallel node, NodeRunner runner, OpenRun run, RunImage image) {
        this.node = node;
        this.runner = runner;
        this.run = run;
        others = others(image);
        results.putAll(kept(image));
        results.putAll(run.branches());
    }

    private record End(
            WorkflowNode branch,
            @Nullable BranchResult result,
            @Nullable Outcome pending) {

        boolean isSuccess() {
            return result != null && result.error() == null;
        }

        /** The run that the branch waits for; null if for none. */
        @Nullable
        String child() {
            return pending instanceof Outcome.Waits waits
                    ? String.valueOf(waits.children().get(branch.id()))
                    : null;
        }
    }

    /** Empty if the run is lost. */
    Mono<Outcome> run() {
        NodeContext context = runner.context(node, "");
        return Mono.defer(() -> results.isEmpty() ? runner.enter(context, "") : Mono.<Void>empty())
                .then(Mono.defer(() -> isDecided() ? Mono.just(List.<End>of()) : ends()))
                .flatMap(ends -> Mono.justOrEmpty(outcome(ends)))
                .flatMap(outcome -> runner.exit(context, outcome))
                .transform(all -> runner.limited(node, all))
                .onErrorResume(NodeRunner::isOfNode, error -> Mono.just(failed(ErrorInfo.of(error))));
    }

    private Mono<List<End>> ends() {
        Sinks.Empty<Void> idle = Sinks.empty();
        return Flux.fromIterable(node.branches())
                .filter(branch -> !results.containsKey(branch.id()))
                .flatMap(branch -> Mono.defer(() -> branch(branch)), node.concurrency(), 1)
                .doOnComplete(idle::tryEmitEmpty)
                .flatMap(end -> isAny() && end.child() != null ? watched(end, idle.asMono()) : Mono.just(end))
                .collectList();
    }

    /** A run of a branch may be the first to end while others are worked on; once none is, the store wakes this one. */
    private Mono<End> watched(End end, Mono<Void> idle) {
        return runner.awaited(end.branch(), String.valueOf(end.child()))
                .takeUntilOther(Mono.firstWithSignal(idle, enough.asMono()))
                .flatMap(outcome -> ended(end.branch(), outcome))
                .doOnNext(this::cutOthers)
                .defaultIfEmpty(end);
    }

    /** Whether no other branch can change what comes of it. */
    private boolean isDecided() {
        return isAny() && results.values().stream().anyMatch(result -> result.error() == null);
    }

    private boolean isAny() {
        return node.merge() instanceof Merge.Any;
    }

    /**
     * A branch whose result is being kept is not cut off: the store may have it, and it may have to be undone. Nor is
     * one that begins a run, of which nobody would know.
     */
    private Mono<End> branch(WorkflowNode branch) {
        Mono<Outcome> attempt = runner.attempt(branch, branch.id());
        return isEnough
                ? Mono.empty()
                : (branch instanceof WorkflowNode.SubWorkflow ? attempt : attempt.takeUntilOther(enough.asMono()))
                        .flatMap(outcome -> ended(branch, outcome))
                        .doOnNext(this::cutOthers);
    }

    private Mono<End> ended(WorkflowNode branch, Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            return kept(branch, result(branch, done.result()));
        } else if (outcome instanceof Outcome.Failed failed) {
            return kept(branch, new BranchResult(null, failed.error()));
        }
        return Mono.just(new End(branch, null, outcome));
    }

    private void cutOthers(End end) {
        if (isAny() && end.isSuccess()) {
            isEnough = true;
            enough.tryEmitEmpty();
        }
    }

    private static BranchResult result(WorkflowNode branch, NodeResult result) {
        return result.next() == null && !result.ends()
                ? new BranchResult(result.output(), null)
                : new BranchResult(
                        null,
                        new ErrorInfo(
                                "invalid_node_result",
                                "Branch '" + branch.id() + "' cannot say where the run goes on.",
                                false));
    }

    private Mono<End> kept(WorkflowNode branch, BranchResult result) {
        return run.keep(branch.id(), result).map(counts -> new End(branch, counts, null));
    }

    /** Null if the run is lost. */
    private @Nullable Outcome outcome(List<End> ends) {
        ends.stream()
                .filter(end -> end.result() != null)
                .forEach(end -> results.put(end.branch().id(), Objects.requireNonNull(end.result())));
        List<Outcome> pending =
                ends.stream().flatMap(end -> Stream.ofNullable(end.pending())).toList();
        ErrorInfo error = isAny() ? null : firstError();
        if (error != null) {
            return failed(error);
        } else if (isDecided()) {
            abandon(pending);
        } else if (!pending.isEmpty()) {
            return waiting(pending);
        }
        return results.size() == node.branches().size() || isDecided() ? joined() : null;
    }

    /** Nobody waits any more for the runs of the other branches. */
    private void abandon(List<Outcome> pending) {
        Map<String, Object> children = new HashMap<>(runner.children());
        pending.stream()
                .filter(Outcome.Waits.class::isInstance)
                .forEach(waits -> children.putAll(((Outcome.Waits) waits).children()));
        children.keySet().removeAll(results.keySet());
        children.values().forEach(child -> run.abandon(child.toString()));
    }

    private @Nullable ErrorInfo firstError() {
        return node.branches().stream()
                .map(branch -> results.get(branch.id()))
                .filter(result -> result != null && result.error() != null)
                .map(BranchResult::error)
                .findFirst()
                .orElse(null);
    }

    /** Who asks comes last, since an answer ends the transition that the others belong to. */
    private Outcome waiting(List<Outcome> pending) {
        Map<String, Object> children = new HashMap<>(runner.children());
        Map<String, Object> puts = new HashMap<>();
        Duration soonest = null;
        Outcome.Asks asks = null;
        for (Outcome outcome : pending) {
            if (outcome instanceof Outcome.Again again) {
                soonest = soonest == null || again.delay().compareTo(soonest) < 0 ? again.delay() : soonest;
                puts.putAll(again.tries());
            } else if (outcome instanceof Outcome.Waits waits) {
                children.putAll(waits.children());
            } else if (outcome instanceof Outcome.Asks asking && asks == null) {
                asks = asking;
            } else if (!(outcome instanceof Outcome.Asks)) {
                return outcome;
            }
        }
        if (soonest != null) {
            puts.put(Control.CHILDREN, children);
            return new Outcome.Again(inTime(soonest), puts);
        }
        return asks == null || pending.stream().anyMatch(Outcome.Waits.class::isInstance)
                ? new Outcome.Waits(children)
                : new Outcome.Asks(asks.branch(), asks.reason(), asks.question(), new Puts(Map.of(), kept(), true));
    }

    /** A delay, or what is left of the node's time, if that is less. */
    private Duration inTime(Duration delay) {
        Duration left = runner.left(node);
        return left == null || left.compareTo(delay) > 0 ? delay : left.isNegative() ? Duration.ZERO : left;
    }

    private Map<String, Object> kept() {
        Map<String, Object> kept = new LinkedHashMap<>();
        results.forEach((branch, result) -> kept.put(branch, write(result)));
        return Map.of(Control.FAN, kept);
    }

    private Outcome joined() {
        Map<String, Object> outputs = new LinkedHashMap<>();
        node.branches().forEach(branch -> {
            BranchResult result = results.get(branch.id());
            if (result != null && result.error() == null) {
                outputs.put(branch.id(), result.output());
            }
        });
        if (outputs.isEmpty() && !node.branches().isEmpty()) {
            return failed(Objects.requireNonNull(firstError()));
        }
        Map<String, Object> control = new HashMap<>();
        control.put(Control.FAN, null);
        control.put(Control.COPIED, null);
        control.put(Control.CHILDREN, null);
        List<String> undo =
                Stream.concat(undo().stream(), NodeRunner.undo(node).stream()).toList();
        return new Outcome.Done(node.id(), NodeResult.of(merged(outputs)), new Puts(outputs, control, false), undo);
    }

    private @Nullable Object merged(Map<String, Object> outputs) {
        if (node.merge() instanceof Merge.Custom custom) {
            return NodeBodies.call(node.id(), () -> custom.merge().apply(outputs));
        }
        return isAny()
                ? results.values().stream()
                        .filter(result -> result.error() == null)
                        .findFirst()
                        .map(BranchResult::output)
                        .orElse(null)
                : outputs;
    }

    private Outcome failed(ErrorInfo error) {
        return new Outcome.Failed(error);
    }

    private List<String> undo() {
        return node.branches().stream()
                .filter(branch -> results.containsKey(branch.id())
                        && !others.contains(branch.id())
                        && Objects.requireNonNull(results.get(branch.id())).error() == null)
                .flatMap(branch -> NodeRunner.undo(branch).stream())
                .toList();
    }

    /** Outputs of branches that are done, of a node that has not come to its end. */
    static Map<String, Object> succeeded(RunImage image, List<JournalEntry> entries) {
        Map<String, BranchResult> results = kept(image);
        entries.stream()
                .filter(entry -> !entry.branch().isEmpty())
                .forEach(entry -> results.put(entry.branch(), OpenRun.result(entry)));
        results.values().removeIf(result -> result.error() != null);
        Map<String, Object> outputs = new LinkedHashMap<>();
        results.forEach((branch, result) -> outputs.put(branch, result.output()));
        return outputs;
    }

    /** Results of branches that a node has: those of a fork may be of another version. */
    static Map<String, Object> known(WorkflowNode node, Map<String, Object> control) {
        Map<String, Object> kept = new LinkedHashMap<>(RunImage.map(control.get(Control.FAN)));
        List<String> branches = node instanceof WorkflowNode.Parallel parallel
                ? parallel.branches().stream().map(WorkflowNode::id).toList()
                : List.of();
        kept.keySet().retainAll(branches);
        return kept;
    }

    /** What a fork says of results of branches that it begins with. */
    static Map<String, Object> copied(Map<String, Object> control) {
        Set<String> branches = RunImage.map(control.get(Control.FAN)).keySet();
        return branches.isEmpty() ? Map.of() : Map.of(Control.COPIED, List.copyOf(branches));
    }

    /** Branches whose results are of the run that this one is a fork of, and so is what they have done. */
    static Set<String> others(RunImage image) {
        return image.control().get(Control.COPIED) instanceof List<?> branches
                ? branches.stream().map(String::valueOf).collect(Collectors.toSet())
                : Set.of();
    }

    /** Results of branches from before a pause. */
    private static Map<String, BranchResult> kept(RunImage image) {
        Map<String, BranchResult> results = new LinkedHashMap<>();
        RunImage.map(image.control().get(Control.FAN)).forEach((branch, kept) -> results.put(branch, read(kept)));
        return results;
    }

    private static Map<String, Object> write(BranchResult result) {
        Map<String, Object> written = new HashMap<>();
        if (result.error() == null) {
            written.put("output", result.output());
        } else {
            written.put("error", write(result.error()));
        }
        return written;
    }

    private static BranchResult read(Object kept) {
        Map<String, Object> read = RunImage.map(kept);
        return new BranchResult(read.get("output"), error(read.get("error")));
    }

    /** An error whose text is no longer than people read. What it says may be all that does not fit. */
    static ErrorInfo bounded(ErrorInfo error) {
        String message = error.message();
        if (message.length() <= MAX_MESSAGE) {
            return error;
        }
        int end = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 1)) ? MAX_MESSAGE - 1 : MAX_MESSAGE;
        return new ErrorInfo(error.code(), message.substring(0, end) + "…", error.isTransient());
    }

    /** An error, as a state keeps it. */
    static Map<String, Object> write(ErrorInfo error) {
        return Map.of("code", error.code(), "message", error.message(), "transient", error.isTransient());
    }

    /** What a state has kept of an error; null if it has not. */
    static @Nullable ErrorInfo error(@Nullable Object kept) {
        Map<String, Object> error = RunImage.map(kept);
        return error.isEmpty()
                ? null
                : new ErrorInfo(
                        String.valueOf(error.get("code")),
                        String.valueOf(error.get("message")),
                        Boolean.TRUE.equals(error.get("transient")));
    }
}
