package io.cortexreactive.workflow;

import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.StateJson;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.workflow.NodeRunner.Outcome;
import io.cortexreactive.workflow.RunImage.Change;
import io.cortexreactive.workflow.RunImage.Control;
import io.cortexreactive.workflow.WorkflowDefinition.Edge;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes of what came of a node what is to be written. Belongs to one step of one run, and writes nothing itself.
 *
 * @param image what the run knows before it
 * @param seq of the latest transition
 * @param undo compensations that the run has to run if it fails
 * @param left how long the run may still take; null for as long as it likes
 */
record Steps(
        WorkflowDefinition definition,
        RunRecord run,
        RunImage image,
        int seq,
        int undo,
        @Nullable Duration left) {

    private static final Duration GRACE = Duration.ofSeconds(30);

    /**
     * What is to be written.
     *
     * @param change what it puts; null for nothing
     */
    record Step(
            Move move,
            @Nullable String node,
            @Nullable String next,
            @Nullable Change change,
            @Nullable ErrorInfo error,
            int undo,
            Schedule schedule) {

        /** The run is given back, to go on at once. */
        static Step release(@Nullable Change change) {
            return new Step(Move.RELEASE, null, null, change, null, 0, after(Duration.ZERO));
        }

        /** Something is tried again. */
        static Step retry(@Nullable String node, @Nullable Change change, Duration delay) {
            return new Step(Move.RETRY, node, null, change, null, 0, after(delay));
        }

        /** This, with so many compensations more to run. */
        Step counting(int more) {
            return new Step(move, node, next, change, error, undo + more, schedule);
        }
    }

    /**
     * What comes of an outcome.
     *
     * @throws InvalidNodeResultException if it goes where there is nothing
     * @throws NoWayOnException if it goes nowhere
     */
    Step of(WorkflowNode node, Outcome outcome) {
        if (outcome instanceof Outcome.Done done) {
            return Change.named(done.node(), () -> done(node, done));
        } else if (outcome instanceof Outcome.Failed failed) {
            return failed(node, failed);
        } else if (outcome instanceof Outcome.Asks asks) {
            return asking(node, asks);
        } else if (outcome instanceof Outcome.Waits waits) {
            Change change = puts(Map.of(Control.CHILDREN, waits.children()));
            return new Step(Move.PARK, node.id(), null, change, null, 0, new Schedule(null, null, null));
        } else if (outcome instanceof Outcome.Again again) {
            return Step.retry(node.id(), puts(again.tries()), again.delay());
        } else if (outcome instanceof Outcome.Sleeps sleeps) {
            Change change = puts(Map.of(Control.TIMER, seq + 1));
            Schedule schedule = new Schedule(shorter(sleeps.delay()), hangs(node), null);
            return new Step(Move.TIMER, node.id(), null, change, null, 0, schedule);
        }
        throw new IllegalArgumentException("Nothing is written of " + outcome);
    }

    private static Change puts(Map<String, Object> control) {
        return new Change(null, Map.of(), control);
    }

    private static Schedule after(Duration delay) {
        return new Schedule(delay, null, null);
    }

    private Duration shorter(Duration delay) {
        return left == null || left.compareTo(delay) > 0 ? delay : left;
    }

    private Step done(WorkflowNode node, Outcome.Done done) {
        NodeResult result = done.result();
        Map<String, Object> control = new HashMap<>(done.puts().control());
        undoable(seq + 1, done.undo(), control);
        Stream.of(Control.TRIES, Control.ANSWER, Control.BRANCHES)
                .filter(image.control()::containsKey)
                .forEach(past -> control.put(past, null));
        String next = next(node, done, control);
        if (next != null) {
            control.putAll(comingTo(definition, next));
        }
        int counted = counted(node, next, control);
        Change change = new Change(result.output(), done.puts().data(), control);
        Move move = next == null ? Move.COMPLETE : Move.ADVANCE;
        Schedule schedule = next == null ? Schedule.NONE : new Schedule(Duration.ZERO, hangs(next), null);
        return new Step(move, done.node(), next, change, null, done.undo().size() + counted, schedule);
    }

    /** That a node comes next, and with it its branches: a journal says alone what a run comes to. */
    static Map<String, Object> comingTo(WorkflowDefinition definition, String next) {
        return definition.node(next) instanceof WorkflowNode.Parallel parallel
                ? Map.of(
                        Control.NEXT,
                        next,
                        Control.BRANCHES,
                        parallel.branches().stream().map(WorkflowNode::id).toList())
                : Map.of(Control.NEXT, next);
    }

    /**
     * A run is cancelled by its store, which must know before a branch is done that there will be something to undo.
     */
    private int counted(WorkflowNode node, @Nullable String next, Map<String, Object> control) {
        WorkflowNode coming = next == null ? null : definition.node(next);
        boolean before = isCounted(node);
        boolean after = coming != null && isUndoneByBranch(coming);
        if (before || after) {
            control.put(Control.COUNTED, after ? next : null);
        }
        return (after ? 1 : 0) - (before ? 1 : 0);
    }

    private boolean isCounted(WorkflowNode node) {
        return node.id().equals(image.control().get(Control.COUNTED));
    }

    private static boolean isUndoneByBranch(WorkflowNode node) {
        return node instanceof WorkflowNode.Parallel parallel
                && parallel.branches().stream()
                        .anyMatch(branch -> !NodeRunner.undo(branch).isEmpty());
    }

    /** What is to be written before a node begins; empty for nothing. */
    Optional<Step> before(WorkflowNode node) {
        return isUndoneByBranch(node) && !isCounted(node)
                ? Optional.of(
                        Step.release(puts(Map.of(Control.COUNTED, node.id()))).counting(1))
                : Optional.empty();
    }

    /** Puts nodes of a transition among those to compensate, which comes in the reverse order. */
    static void undoable(int seq, List<String> nodes, Map<String, Object> control) {
        for (int i = 0; i < nodes.size(); i++) {
            control.put(String.format(Locale.ROOT, "%s%010d/%03d", Control.UNDO, seq, i), nodes.get(i));
        }
    }

    private @Nullable String next(WorkflowNode node, Outcome.Done done, Map<String, Object> control) {
        NodeResult result = done.result();
        boolean nested = !done.node().equals(node.id());
        if (nested && (result.ends() || result.next() != null)) {
            throw InvalidNodeResultException.inside(done.node(), node.id());
        } else if (done.puts().stays()) {
            return node.id();
        } else if (result.ends()) {
            return null;
        } else if (result.next() != null) {
            if (definition.main(result.next()) == null) {
                throw InvalidNodeResultException.unknown(done.node(), result.next(), definition);
            }
            control.put(Control.WENT, result.next());
            return result.next();
        }
        boolean fork = definition.isFork(node.id());
        RunImage seen = fork
                ? image.with(
                        done.node(), new Change(result.output(), done.puts().data(), Map.of()))
                : image;
        Edge edge = definition.next(node.id(), RunTelling.state(run, seen, WorkflowStatus.RUNNING, null));
        if (edge != null && fork) {
            control.put(Control.WENT, edge.to());
        }
        return edge == null ? null : edge.to();
    }

    /** When the next node counts as hung. */
    private @Nullable Duration hangs(String next) {
        WorkflowNode node = definition.node(next);
        return node == null ? null : hangs(node);
    }

    /** When a node counts as hung; null if it never does. */
    static @Nullable Duration hangs(WorkflowNode node) {
        WorkflowNode.Settings settings =
                node instanceof WorkflowNode.Loop loop ? loop.body().settings() : node.settings();
        return settings.timeout() == null ? null : settings.timeout().plus(GRACE);
    }

    private Step asking(WorkflowNode node, Outcome.Asks asks) {
        WorkflowNode.Question question = asks.question();
        Duration own = question == null ? null : question.timeout();
        boolean ofRun = left != null && (own == null || left.compareTo(own) < 0);
        String token = Tenancy.newCorrelationId();
        Map<String, Object> control = new HashMap<>(asks.puts().control());
        control.put(Control.ASKED, asked(asks.branch(), asks.reason(), token, ofRun));
        String spec = StateJson.write(spec(node, asks), Integer.MAX_VALUE).text();
        Asked asked = new Asked(token, asks.reason(), spec, ofRun ? left : own);
        Schedule schedule = new Schedule(Duration.ZERO, hangs(node), asked);
        return new Step(Move.PAUSE, node.id(), null, puts(control), null, 0, schedule);
    }

    /**
     * Who has asked, so that its answer finds it.
     *
     * @param ofRun whether it is the time of the run that is over if nobody answers
     */
    static Map<String, Object> asked(String branch, String reason, String token, boolean ofRun) {
        return Map.of("branch", branch, "reason", reason, "token", token, "ofRun", ofRun);
    }

    private static Map<String, Object> spec(WorkflowNode node, Outcome.Asks asks) {
        WorkflowNode.Question question = asks.question();
        Map<String, Object> spec = new HashMap<>();
        spec.put("node", asks.branch().isEmpty() ? node.id() : asks.branch());
        if (question != null && question.schema() != null) {
            spec.put("schema", question.schema().toMap());
        }
        if (question != null && question.timeout() != null) {
            spec.put("onTimeout", question.onTimeout().getClass().getSimpleName());
        }
        return spec;
    }

    private Step failed(WorkflowNode node, Outcome.Failed failed) {
        return undo > 0
                ? new Step(
                        Move.UNWIND,
                        node.id(),
                        null,
                        puts(Map.of(Control.FAILURE, FanOut.write(failed.error()))),
                        failed.error(),
                        0,
                        after(Duration.ZERO))
                : new Step(Move.FAIL, node.id(), null, null, failed.error(), 0, Schedule.NONE);
    }
}
