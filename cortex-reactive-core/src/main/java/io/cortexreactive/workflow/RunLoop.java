package io.cortexreactive.workflow;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter.Unsettled;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.durable.Worker;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Lasting;
import io.cortexreactive.workflow.NodeRunner.Outcome;
import io.cortexreactive.workflow.RunImage.Change;
import io.cortexreactive.workflow.RunImage.Control;
import io.cortexreactive.workflow.Steps.Step;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Works on a run from when it was taken until it is given away, has ended, or is lost: node, commit, next node. What it
 * knows besides the store's is gone with it, and is not missed. Signals come one at a time.
 */
final class RunLoop {

    private final DefaultWorkflowEngine engine;
    private final Hold hold;
    private final WorkflowDefinition definition;
    private final OpenRun run;
    private final Compensation compensation;

    RunLoop(DefaultWorkflowEngine engine, Hold hold, WorkflowDefinition definition) {
        this.engine = engine;
        this.hold = hold;
        this.definition = definition;
        run = new OpenRun(engine, hold.run());
        compensation = new Compensation(definition, run);
    }

    /** Every step begins on a thread that may be kept waiting, with an empty stack. */
    Mono<Void> work() {
        return run.open()
                .then(Mono.defer(this::step)
                        .subscribeOn(Schedulers.boundedElastic())
                        .repeat(() -> !run.isOver())
                        .then(Mono.fromRunnable(() -> run.completed().ifPresent(hold::ended))));
    }

    private Mono<Void> step() {
        return hold.assured().then(Mono.defer(() -> {
            if (hold.isLost()) {
                return dropped();
            } else if (hold.yields()) {
                return run.write(Step.release(null));
            }
            RunStatus outcome = hold.run().progress().outcome();
            return outcome == null ? advance() : compensate(outcome);
        }));
    }

    private Mono<Void> dropped() {
        run.drop();
        return Mono.empty();
    }

    private Mono<Void> advance() {
        String next = definition.next(run.image());
        WorkflowNode node = definition.node(next);
        if (node == null) {
            engine.aside(hold.run(), "its node '" + next + "' is not known here");
            return run.write(Step.retry(null, null, Worker.ASIDE));
        } else if (NodeRunner.isOver(run.left())) {
            return run.write(steps().of(node, new Outcome.Failed(NodeRunner.RUN_TIMED_OUT)));
        }
        return steps().before(node).map(run::write).orElseGet(() -> advance(node));
    }

    private Mono<Void> advance(WorkflowNode node) {
        NodeRunner runner = new NodeRunner(run, run.image(), run.seq());
        Mono<Outcome> outcome = node instanceof WorkflowNode.Parallel parallel
                ? new FanOut(parallel, runner, run, run.image()).run()
                : runner.run(node);
        return untilCut(outcome, came -> commit(node, came));
    }

    private Mono<Void> compensate(RunStatus outcome) {
        return compensation.ready().then(Mono.defer(() -> {
            Optional<Compensation.Undo> next = compensation.next();
            return next.isEmpty()
                    ? run.write(compensation.end(outcome))
                    : untilCut(next.get().run(), error -> run.write(next.get().step(error)));
        }));
    }

    /** What comes of something that may be cut off, is committed without being cut. */
    private <T> Mono<Void> untilCut(Mono<T> work, Function<T, Mono<Void>> commit) {
        return work.takeUntilOther(hold.cut())
                .flatMap(came -> commit.apply(came).thenReturn(true))
                .switchIfEmpty(Mono.defer(this::cut).thenReturn(true))
                .then()
                .onErrorResume(NodeRunner::isStopping, this::leftToOthers);
    }

    /** A worker that goes on would take the run again at once. */
    private Mono<Void> leftToOthers(Throwable error) {
        if (hold.yields()) {
            return cut();
        }
        engine.aside(hold.run(), "what it needs is closed here: " + error.getMessage());
        return run.write(Step.retry(null, null, Worker.ASIDE));
    }

    private Mono<Void> cut() {
        return !hold.isLost() && hold.yields() ? run.write(Step.release(null)) : dropped();
    }

    private Mono<Void> commit(WorkflowNode node, Outcome outcome) {
        if (outcome instanceof Outcome.Cancels) {
            run.drop();
            return engine.cancel(hold.run().key()).then();
        }
        Mono<Void> written = Mono.defer(() -> run.write(NodeBodies.call(node.id(), () -> steps().of(node, outcome))));
        return outcome instanceof Outcome.Done || outcome instanceof Outcome.Asks
                ? written.onErrorResume(error -> !Unsettled.isBy(error), error -> failed(node, error))
                : written;
    }

    private Mono<Void> failed(WorkflowNode node, Throwable error) {
        return run.write(steps().of(node, new Outcome.Failed(ErrorInfo.of(error))));
    }

    private Steps steps() {
        return new Steps(definition, hold.run(), run.image(), run.seq(), run.undo(), run.left());
    }

    /** Compensates nodes of a run that has failed or is cancelled, the latest first. Belongs to one run. */
    private static final class Compensation {

        private static final WorkflowNode.Settings.Retry PERSISTENT =
                new WorkflowNode.Settings.Retry(5, Duration.ofSeconds(1));

        private final WorkflowDefinition definition;
        private final OpenRun run;

        /** Outputs of branches that were done when the run began to compensate; null while they are not known. */
        private @Nullable Map<String, Object> outputs;

        /** Puts those branches among what is to be compensated, with the first step. */
        private Map<String, Object> added = Map.of();

        Compensation(WorkflowDefinition definition, OpenRun run) {
            this.definition = definition;
            this.run = run;
        }

        /** Learns of branches whose node had not come to its end. */
        Mono<Void> ready() {
            return outputs == null ? run.unwound().doOnNext(this::learn).then() : Mono.empty();
        }

        private void learn(List<JournalEntry> unwound) {
            Map<String, Object> done = FanOut.succeeded(run.image(), unwound);
            outputs = done;
            if (!run.image().control().containsKey(Control.UNWOUND)) {
                Set<String> own = new HashSet<>(done.keySet());
                own.removeAll(FanOut.others(run.image()));
                added = added(unwound.get(unwound.size() - 1).seq(), own);
            }
        }

        private Map<String, Object> added(int seq, Set<String> done) {
            Map<String, Object> control = new HashMap<>();
            control.put(Control.UNWOUND, seq);
            control.put(Control.COUNTED, null);
            WorkflowNode node =
                    definition.node(String.valueOf(run.image().control().get(Control.NEXT)));
            if (node instanceof WorkflowNode.Parallel parallel) {
                List<String> undo = parallel.branches().stream()
                        .filter(branch -> done.contains(branch.id()))
                        .flatMap(branch -> NodeRunner.undo(branch).stream())
                        .toList();
                Steps.undoable(seq, undo, control);
            }
            return control;
        }

        /** What is to be compensated next; empty if nothing is. */
        Optional<Undo> next() {
            Map<String, Object> control = new HashMap<>(run.image().control());
            control.putAll(added);
            return control.keySet().stream()
                    .filter(name -> name.startsWith(Control.UNDO))
                    .max(Comparator.naturalOrder())
                    .map(key -> {
                        Map<String, Object> tries = RunImage.map(control.get(Control.TRIES + key));
                        int attempt = Math.max(1, RunImage.number(tries.get("attempt")));
                        return new Undo(String.valueOf(control.get(key)), key, attempt);
                    });
        }

        /** How many there are more than the run has counted. */
        private int more() {
            int counted = !added.isEmpty() && run.image().control().containsKey(Control.COUNTED) ? 1 : 0;
            return (int) added.keySet().stream()
                            .filter(name -> name.startsWith(Control.UNDO))
                            .count()
                    - counted;
        }

        private WorkflowState state() {
            Change branches = new Change(null, outputs == null ? Map.of() : outputs, Map.of());
            RunImage image = run.image().with(null, branches);
            return RunTelling.state(run.run(), image, WorkflowStatus.RUNNING, null);
        }

        /** The end of a run that has nothing more to compensate. */
        Step end(RunStatus outcome) {
            Move move = outcome == RunStatus.FAILED ? Move.FAIL : Move.CANCELLED;
            ErrorInfo first = FanOut.error(run.image().control().get(Control.FAILURE));
            ErrorInfo error = outcome == RunStatus.CANCELLED
                    ? null
                    : first == null ? run.run().error() : first;
            return new Step(move, run.run().progress().node(), null, null, error, 0, Schedule.NONE);
        }

        /** A node to compensate. */
        final class Undo {

            private final String id;
            private final String key;
            private final int attempt;

            private Undo(String id, String key, int attempt) {
                this.id = id;
                this.key = key;
                this.attempt = attempt;
            }

            /** The error it ended with, if it did. */
            Mono<Optional<Throwable>> run() {
                WorkflowNode node = definition.node(id);
                Function<NodeContext, Mono<Void>> compensation =
                        node == null ? null : node.settings().compensation();
                if (node == null || compensation == null) {
                    return Mono.just(Optional.empty());
                }
                String idempotencyKey = run.run().key().runId() + "/" + key;
                NodeContext context = new NodeContext(state(), id, idempotencyKey, attempt, null);
                return NodeBodies.guarded(id, () -> compensation.apply(context))
                        .transform(body -> limited(node, body))
                        .then(Mono.just(Optional.<Throwable>empty()))
                        .onErrorResume(NodeRunner::isOfNode, error -> Mono.just(Optional.of(error)));
            }

            private Mono<Void> limited(WorkflowNode node, Mono<Void> body) {
                Duration time = node.settings().timeout();
                return time == null
                        ? body
                        : body.timeout(
                                time,
                                Mono.error(() -> new NodeTimedOutException(node.id(), time)),
                                run.runtime().around().timer());
            }

            /** One that fails again and again is recorded so, and the others have their turn. */
            Step step(Optional<Throwable> error) {
                Map<String, Object> control = new HashMap<>(added);
                int more = more();
                added = Map.of();
                if (error.isPresent() && !(error.get() instanceof Lasting) && attempt < PERSISTENT.attempts()) {
                    control.put(Control.TRIES + key, Map.of("attempt", attempt + 1));
                    Change change = new Change(null, Map.of(), control);
                    return Step.retry(id, change, NodeRunner.backOff(PERSISTENT, attempt))
                            .counting(more);
                }
                control.put(key, null);
                control.put(Control.TRIES + key, null);
                Change change = new Change(null, Map.of(), control);
                ErrorInfo info = error.map(ErrorInfo::of).map(FanOut::bounded).orElse(null);
                return new Step(Move.UNDO, id, null, change, info, more - 1, Schedule.NONE);
            }
        }
    }
}
