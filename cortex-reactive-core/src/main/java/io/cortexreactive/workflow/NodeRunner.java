package io.cortexreactive.workflow;

import io.cortexreactive.durable.BackOff;
import io.cortexreactive.durable.EngineStoppedException;
import io.cortexreactive.durable.RunWriter.Unsettled;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.error.Stopping;
import io.cortexreactive.error.Transient;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.workflow.RunImage.Control;
import io.cortexreactive.workflow.WorkflowHooks.Entering;
import io.cortexreactive.workflow.WorkflowHooks.Exiting;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

/** Runs the node that comes next in a run, once, and tells what to commit. Belongs to one step of one run. */
final class NodeRunner {

    static final ErrorInfo RUN_TIMED_OUT =
            new ErrorInfo("workflow_timed_out", "The run took longer than it may in all.", false);

    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    private final OpenRun run;
    private final RunImage image;
    private final int seq;
    private final NodeBodies bodies;

    NodeRunner(OpenRun run, RunImage image, int seq) {
        this.run = run;
        this.image = image;
        this.seq = seq;
        bodies = new NodeBodies(this, run, seq);
    }

    /** What came of a node. */
    sealed interface Outcome {

        /**
         * It is done.
         *
         * @param node that is done
         * @param result what it gave
         * @param puts what else is put into the state
         * @param undo nodes to compensate if the run fails
         */
        record Done(String node, NodeResult result, Puts puts, List<String> undo) implements Outcome {}

        /** It waits for an answer; to what a person is asked, if to that. */
        record Asks(String branch, String reason, WorkflowNode.@Nullable Question question, Puts puts)
                implements Outcome {}

        /** It waits for runs of its own. */
        record Waits(Map<String, Object> children) implements Outcome {}

        /** It waits for some time. */
        record Sleeps(Duration delay) implements Outcome {}

        /** It is tried again. */
        record Again(Duration delay, Map<String, Object> tries) implements Outcome {}

        /** It failed. */
        record Failed(ErrorInfo error) implements Outcome {
            public Failed {
                error = FanOut.bounded(error);
            }
        }

        /** The run is to be cancelled. */
        record Cancels() implements Outcome {}
    }

    /** What came of a branch. */
    record BranchResult(@Nullable Object output, @Nullable ErrorInfo error) {
        BranchResult {
            error = error == null ? null : FanOut.bounded(error);
        }
    }

    /**
     * What is put into a state.
     *
     * @param stays whether the run is to come back to the node
     */
    record Puts(Map<String, Object> data, Map<String, Object> control, boolean stays) {

        static final Puts NONE = new Puts(Map.of(), Map.of(), false);
    }

    /** Runs a node that is no parallel one. */
    Mono<Outcome> run(WorkflowNode node) {
        return node instanceof WorkflowNode.Loop loop ? loop(loop) : attempt(node, "");
    }

    private Mono<Outcome> loop(WorkflowNode.Loop loop) {
        return Mono.defer(() -> {
                    int done = RunImage.number(image.control().get(Control.LOOP));
                    NodeContext context = context(loop, "");
                    Mono<Void> entering = done == 0 && context.attempt() == 1 && context.answer() == null
                            ? enter(context, "")
                            : Mono.empty();
                    return entering.then(Mono.defer(() -> iteration(loop, done, context)));
                })
                .onErrorResume(NodeRunner::isOfNode, error -> Mono.just(failed(loop, "", error)));
    }

    private Mono<Outcome> iteration(WorkflowNode.Loop loop, int done, NodeContext context) {
        if (!NodeBodies.call(loop.id(), () -> loop.again().test(state()))) {
            Object last = done == 0 ? null : image.data().get(loop.body().id());
            return finished(loop, NodeResult.of(last), forgetting(Control.LOOP))
                    .flatMap(outcome -> exit(context, outcome));
        }
        if (done >= loop.max()) {
            return Mono.error(
                    new LimitExceededException("iterations of loop '" + loop.id() + "'", loop.max(), done + 1L));
        }
        return attempt(loop.body(), "").map(outcome -> iterated(outcome, done + 1));
    }

    private static Outcome iterated(Outcome outcome, int done) {
        return outcome instanceof Outcome.Done body
                ? new Outcome.Done(
                        body.node(), body.result(), new Puts(Map.of(), Map.of(Control.LOOP, done), true), body.undo())
                : outcome;
    }

    /** Runs a node that has no others inside of it; a failure is an outcome. */
    Mono<Outcome> attempt(WorkflowNode node, String branch) {
        return Mono.defer(() -> {
                    NodeContext context = context(node, branch);
                    Mono<Outcome> body = NodeBodies.guarded(node.id(), () -> bodies.run(node, branch, context))
                            .flatMap(outcome -> exit(context, outcome));
                    // What it has waited for has its own limit, and has come.
                    return isBack(node, branch)
                            ? body
                            : limited(node, enter(context, branch).then(body));
                })
                .onErrorResume(NodeRunner::isOfNode, error -> Mono.just(failed(node, branch, error)));
    }

    /** What comes of a branch whose run has begun, once that has ended; empty if this process waits no longer. */
    Mono<Outcome> awaited(WorkflowNode node, String childId) {
        return run.ended(childId)
                .flatMap(child -> bodies.of(node, node.id(), child))
                .flatMap(outcome -> exit(context(node, node.id()), outcome))
                .onErrorResume(EngineStoppedException.class, stopped -> Mono.empty())
                .onErrorMap(Unsettled::isBy, Unsettled::new)
                .onErrorResume(NodeRunner::isOfNode, error -> Mono.just(failed(node, node.id(), error)));
    }

    /** What the store failed at says nothing about the node, nor does what is closed here. */
    static boolean isOfNode(Throwable error) {
        return !(error instanceof Unsettled) && !isStopping(error);
    }

    static boolean isStopping(Throwable error) {
        return Exceptions.unwrap(error) instanceof Stopping;
    }

    Mono<Void> enter(NodeContext context, String branch) {
        run.entered(context, branch);
        PluginManager plugins = run.runtime().around().plugins();
        return plugins.hasHooks(WorkflowHooks.BEFORE_NODE)
                ? plugins.applyHooks(WorkflowHooks.BEFORE_NODE, new Entering(workflow(), context))
                        .then()
                : Mono.empty();
    }

    Mono<Outcome> exit(NodeContext context, Outcome outcome) {
        PluginManager plugins = run.runtime().around().plugins();
        if (!(outcome instanceof Outcome.Done done) || !plugins.hasHooks(WorkflowHooks.AFTER_NODE)) {
            return Mono.just(outcome);
        }
        NodeResult result = done.result();
        return plugins.applyHooks(WorkflowHooks.AFTER_NODE, new Exiting(workflow(), context, result.output()))
                .map(hooked -> new Outcome.Done(
                        done.node(),
                        new NodeResult(hooked.output(), result.next(), null, result.ends()),
                        done.puts(),
                        done.undo()));
    }

    <T> Mono<T> limited(WorkflowNode node, Mono<T> body) {
        return limit(node)
                .map(limit -> {
                    Mono<T> late = Mono.error(() -> new NodeTimedOutException(node.id(), limit.all()));
                    return isOver(limit.left())
                            ? late
                            : body.timeout(
                                    limit.left(), late, run.runtime().around().timer());
                })
                .orElse(body);
    }

    /** How long a node may still take; null for as long as it likes. */
    @Nullable
    Duration left(WorkflowNode node) {
        return limit(node).map(Limit::left).orElse(null);
    }

    /** What of the limits of a node is reached first. */
    private Optional<Limit> limit(WorkflowNode node) {
        WorkflowNode.Settings settings = node.settings();
        Duration past = Duration.ofMillis(now() - run.since());
        // Its branches are tried again, and it is not: there is one attempt, which goes on after their back-offs.
        Duration gone = node instanceof WorkflowNode.Parallel ? past : Duration.ZERO;
        return Stream.of(
                        Optional.ofNullable(settings.timeout()).map(each -> new Limit(each, each.minus(gone))),
                        Optional.ofNullable(settings.deadline()).map(all -> new Limit(all, all.minus(past))),
                        Optional.ofNullable(run.left()).map(left -> new Limit(left, left)))
                .flatMap(Optional::stream)
                .min(Comparator.comparing(Limit::left));
    }

    /** A limit, and what of it is left. */
    private record Limit(Duration all, Duration left) {}

    /** Whether it was entered before, and has waited since. */
    private boolean isBack(WorkflowNode node, String branch) {
        return (node instanceof WorkflowNode.Delay && isTimedNow())
                || (node instanceof WorkflowNode.HumanInput && answer(branch) != null)
                || (node instanceof WorkflowNode.SubWorkflow && children().containsKey(branch));
    }

    static Mono<Outcome> finished(WorkflowNode node, NodeResult result, Puts puts) {
        return Mono.just(new Outcome.Done(node.id(), result, puts, undo(node)));
    }

    static List<String> undo(WorkflowNode node) {
        return node.settings().compensation() == null ? List.of() : List.of(node.id());
    }

    static Puts forgetting(String control) {
        Map<String, Object> removed = new HashMap<>();
        removed.put(control, null);
        return new Puts(Map.of(), removed, false);
    }

    Outcome failed(WorkflowNode node, String branch, Throwable thrown) {
        Throwable error = Exceptions.unwrap(thrown);
        Duration least = error instanceof Transient passing
                ? passing.retryAfter().map(Schedule::boundedOf).orElse(Duration.ZERO)
                : Duration.ZERO;
        // What nobody knows to last may pass.
        return failed(node, branch, ErrorInfo.of(error), error instanceof Lasting ? null : least);
    }

    /** @param least to wait before the next attempt; null if none can help */
    Outcome failed(WorkflowNode node, String branch, ErrorInfo error, @Nullable Duration least) {
        if (isOver(run.left())) {
            return new Outcome.Failed(RUN_TIMED_OUT);
        }
        int attempt = attempt(branch);
        WorkflowNode.Settings settings = node.settings();
        if (least == null || attempt >= settings.retry().attempts()) {
            return new Outcome.Failed(error);
        }
        Duration backOff = backOff(settings.retry(), attempt);
        Duration delay = least.compareTo(backOff) > 0 ? least : backOff;
        boolean inTime =
                settings.deadline() == null || run.since() + settings.deadline().toMillis() > now() + delay.toMillis();
        return inTime
                ? new Outcome.Again(delay, Map.of(Control.TRIES + branch, Map.of("seq", seq, "attempt", attempt + 1)))
                : new Outcome.Failed(error);
    }

    static boolean isOver(@Nullable Duration left) {
        return left != null && left.toMillis() <= 0;
    }

    static Duration backOff(WorkflowNode.Settings.Retry retry, int attempt) {
        return new BackOff(retry.firstDelay(), LONGEST_DELAY).after(attempt);
    }

    NodeContext context(WorkflowNode node, String branch) {
        Answer answer = answer(branch);
        return new NodeContext(
                state(),
                node.id(),
                run.run().key().runId() + "/" + (seq + 1) + "/" + branch,
                attempt(branch),
                answer == null ? null : answer.input());
    }

    WorkflowState state() {
        return RunTelling.state(run.run(), image, WorkflowStatus.RUNNING, null);
    }

    private int attempt(String branch) {
        return image.control().get(Control.TRIES + branch) instanceof Map<?, ?> map
                        && RunImage.number(map.get("seq")) == seq
                ? RunImage.number(map.get("attempt"))
                : 1;
    }

    boolean isTimedNow() {
        return RunImage.number(image.control().get(Control.TIMER)) == seq && seq > 0;
    }

    Map<String, Object> children() {
        return RunImage.map(image.control().get(Control.CHILDREN));
    }

    /** What the run was answered last, if it is this branch that has asked, and nothing has happened since. */
    @Nullable
    Answer answer(String branch) {
        Map<String, Object> asked = RunImage.map(image.control().get(Control.ASKED));
        Map<String, Object> answer = RunImage.map(image.control().get(Control.ANSWER));
        if (answer.isEmpty() || RunImage.number(answer.get("seq")) != seq || !branch.equals(asked.get("branch"))) {
            return null;
        }
        boolean late = answer.get("input") == null;
        return new Answer(late ? null : RunImage.map(answer.get("input")), Boolean.TRUE.equals(asked.get("ofRun")));
    }

    /**
     * An answer.
     *
     * @param input null if nobody answered
     * @param ofRun whether it was the time of the run that was over then
     */
    record Answer(@Nullable Map<String, Object> input, boolean ofRun) {

        boolean late() {
            return input == null;
        }
    }

    private long now() {
        return run.now();
    }

    private String workflow() {
        return run.run().code().definition();
    }
}
