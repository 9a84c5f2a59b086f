package io.cortexreactive.workflow;

import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.workflow.RunImage.Change;
import io.cortexreactive.workflow.RunImage.Control;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowBranchTaken;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowCancelled;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowCompleted;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowFailed;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeEntered;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeExited;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowPaused;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowResumed;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowStarted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes events of the entries of one run's journal: the same ones wherever and whenever that is done, so that a
 * follower sees what a listener has seen. A node is entered by the entry that takes the run there. Reads the entries in
 * order; not thread-safe.
 */
final class RunTelling {

    private final RunRecord run;
    private RunImage image;
    private Map<String, Object> input = Map.of();

    RunTelling(RunRecord run) {
        this(run, RunImage.EMPTY);
    }

    /** Goes on from what is known of the run; without its beginning, the input is not. */
    RunTelling(RunRecord run, RunImage image) {
        this.run = run;
        this.image = image;
    }

    /** Learns how the run began, where that is all that is not known of it. */
    RunTelling begun(JournalEntry start) {
        Change change = change(start);
        input = change == null ? Map.of() : change.data();
        return this;
    }

    /** Whether somebody listens to what an entry of this kind gives. */
    static boolean wanted(EventPublisher events, JournalEntry.Kind kind) {
        return switch (kind) {
            case START -> events.wants(WorkflowStarted.class);
            case NODE, BRANCH -> events.wants(WorkflowNodeExited.class) || events.wants(WorkflowBranchTaken.class);
            case PAUSE -> events.wants(WorkflowPaused.class);
            case INPUT -> events.wants(WorkflowResumed.class);
            case TERMINAL ->
                events.wants(WorkflowCompleted.class)
                        || events.wants(WorkflowFailed.class)
                        || events.wants(WorkflowCancelled.class)
                        || events.wants(WorkflowNodeExited.class);
            case TIMER, UNWIND, UNDO, PATCH -> false;
        };
    }

    /** Tells those that somebody listens to; that a node is entered is told by who runs it, when it does. */
    static void publish(EventPublisher events, List<WorkflowEvent> told) {
        told.stream()
                .filter(event -> !(event instanceof WorkflowNodeEntered) && events.wants(event.getClass()))
                .forEach(events::publish);
    }

    /** That a node is about to be run, be it once more. */
    static WorkflowEvent entered(RunRecord run, RunImage image, NodeContext context, int seq, String branch) {
        EventMeta meta = new EventMeta(
                Instant.now(),
                context.state().tenantId(),
                text(image.control().get(Control.CORRELATION)),
                run.key().runId(),
                seq,
                metadata(run, branch));
        return new WorkflowNodeEntered(meta, run.code().definition(), context.node(), context.state());
    }

    private static Map<String, Object> metadata(RunRecord run, String branch) {
        Map<String, Object> metadata = new HashMap<>();
        if (!branch.isEmpty()) {
            metadata.put("branch", branch);
        }
        RunRecord.Parent parent = run.lineage().parent();
        if (parent != null) {
            metadata.put("parentRunId", parent.runId());
        }
        return metadata;
    }

    /** The events of the next entry. */
    List<WorkflowEvent> next(JournalEntry entry) {
        image = image.fold(entry);
        Telling telling = new Telling(entry, change(entry));
        telling.tell();
        return telling.events;
    }

    private static @Nullable Change change(JournalEntry entry) {
        return entry.payload() == null || entry.kind() == JournalEntry.Kind.PATCH
                ? null
                : Change.fromJson(entry.payload());
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /** A state without its history, as nodes and events have it. */
    static WorkflowState state(RunRecord run, RunImage image, WorkflowStatus status, @Nullable Pause pause) {
        return new WorkflowState(
                run.code().definition(),
                run.code().version(),
                run.key().runId(),
                run.key().tenantId().isEmpty() ? null : run.key().tenantId(),
                text(image.control().get(Control.NEXT)),
                status,
                image.data(),
                List.of(),
                pause,
                new RunTimes(run.times().startedAt(), null));
    }

    /** What a run gives: a map as it is, anything else under the id of the node that it ended at. */
    static Map<String, Object> output(@Nullable String node, @Nullable Object output) {
        if (output instanceof Map<?, ?> map) {
            Map<String, Object> named = new LinkedHashMap<>();
            map.forEach((name, value) -> named.put(String.valueOf(name), value));
            return Collections.unmodifiableMap(named);
        }
        return node == null || output == null ? Map.of() : Map.of(node, output);
    }

    private final class Telling {

        private final List<WorkflowEvent> events = new ArrayList<>();
        private final JournalEntry entry;
        private final @Nullable Change change;

        Telling(JournalEntry entry, @Nullable Change change) {
            this.entry = entry;
            this.change = change;
        }

        void tell() {
            switch (entry.kind()) {
                case START -> {
                    started();
                    entered();
                }
                case NODE, BRANCH -> {
                    exited();
                    entered();
                }
                case PAUSE -> paused();
                case INPUT ->
                    events.add(
                            new WorkflowResumed(meta(), workflow(), state(WorkflowStatus.PENDING, null), output(null)));
                case TERMINAL -> ended();
                case TIMER, UNWIND, UNDO, PATCH -> {}
            }
        }

        private void started() {
            input = change == null ? Map.of() : change.data();
            events.add(new WorkflowStarted(meta(), workflow(), input));
        }

        private void exited() {
            String node = entry.node() == null ? entry.branch() : entry.node();
            if (entry.error() == null) {
                events.add(new WorkflowNodeExited(
                        meta(),
                        workflow(),
                        node,
                        state(WorkflowStatus.RUNNING, null),
                        change == null ? null : change.output()));
            }
            String taken = change == null ? null : text(change.control().get(Control.WENT));
            if (taken != null) {
                events.add(new WorkflowBranchTaken(meta(), workflow(), node, taken));
            }
        }

        /** Last of all, so that the positions of the others are what they were before this was told. */
        private void entered() {
            Map<String, Object> control = change == null ? Map.of() : change.control();
            String next = text(control.get(Control.NEXT));
            boolean stays = entry.kind() == JournalEntry.Kind.NODE && control.get(Control.LOOP) != null;
            if (next == null || stays) {
                return;
            }
            entered(next, "");
            if (control.get(Control.BRANCHES) instanceof List<?> branches) {
                branches.stream()
                        .map(String::valueOf)
                        .filter(branch ->
                                !RunImage.map(control.get(Control.FAN)).containsKey(branch))
                        .forEach(branch -> entered(branch, branch));
            }
        }

        private void entered(String node, String branch) {
            EventMeta meta = meta(entry.seq() + 1, branch);
            events.add(new WorkflowNodeEntered(meta, workflow(), node, state(WorkflowStatus.RUNNING, null)));
        }

        private void paused() {
            Map<?, ?> asked =
                    change != null && change.control().get(Control.ASKED) instanceof Map<?, ?> map ? map : Map.of();
            String reason = String.valueOf(asked.get("reason"));
            Pause pause = new Pause(
                    reason, String.valueOf(asked.get("token")), entry.commit().at());
            events.add(new WorkflowPaused(meta(), workflow(), state(WorkflowStatus.PAUSED, pause), reason));
        }

        private void ended() {
            if (entry.error() != null) {
                events.add(new WorkflowFailed(meta(), workflow(), state(WorkflowStatus.FAILED, null), entry.error()));
            } else if (change == null) {
                events.add(new WorkflowCancelled(meta(), workflow(), state(WorkflowStatus.CANCELLED, null)));
            } else {
                exited();
                events.add(new WorkflowCompleted(meta(), workflow(), input, output(entry.node())));
            }
        }

        private Map<String, Object> output(@Nullable String node) {
            return RunTelling.output(node, change == null ? null : change.output());
        }

        private WorkflowState state(WorkflowStatus status, @Nullable Pause pause) {
            return RunTelling.state(run, image, status, pause);
        }

        private String workflow() {
            return run.code().definition();
        }

        private EventMeta meta() {
            return meta(entry.seq(), entry.branch());
        }

        private EventMeta meta(int seq, String branch) {
            Map<String, Object> metadata = metadata(run, branch);
            metadata.put("position", new Position(entry.seq(), entry.branch(), events.size()).text());
            return new EventMeta(
                    entry.commit().at(),
                    run.key().tenantId().isEmpty() ? null : run.key().tenantId(),
                    text(image.control().get(Control.CORRELATION)),
                    run.key().runId(),
                    seq,
                    metadata);
        }
    }

    /**
     * Which event of a run.
     *
     * @param seq of its entry
     * @param branch of its entry
     * @param ordinal among the events of its entry, from 0
     */
    record Position(int seq, String branch, int ordinal) {

        /** Numbers as they are written, none of which is too large to be one. */
        private static final Pattern TEXT =
                Pattern.compile("(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(.*)", Pattern.DOTALL);

        String text() {
            return seq + "." + ordinal + "." + branch;
        }

        /**
         * What comes after this one, of all events of a run in order; {@link InvalidPositionException} once it is clear
         * that none of them is this one.
         */
        Flux<WorkflowEvent> after(Flux<WorkflowEvent> events) {
            return Flux.defer(() -> {
                AtomicBoolean seen = new AtomicBoolean();
                return events.skipUntil(event -> isPast(event, seen))
                        .concatWith(Mono.defer(() -> seen.get() ? Mono.empty() : Mono.error(never())));
            });
        }

        private boolean isPast(WorkflowEvent event, AtomicBoolean seen) {
            Position other = of(String.valueOf(event.meta().metadata().get("position")));
            if (other.seq > seq && !seen.get()) {
                throw never();
            }
            boolean past = seen.get();
            seen.compareAndSet(false, other.equals(this));
            return past;
        }

        private InvalidPositionException never() {
            return new InvalidPositionException(text());
        }

        /**
         * This, of a run that has come so far; its branches are ahead of it.
         *
         * @throws InvalidPositionException if the run has no such event
         */
        Position within(int last) {
            if (seq > last + 1) {
                throw never();
            }
            return this;
        }

        static Position of(String text) {
            Matcher parts = TEXT.matcher(text);
            if (!parts.matches()) {
                throw new InvalidPositionException(text);
            }
            return new Position(Integer.parseInt(parts.group(1)), parts.group(3), Integer.parseInt(parts.group(2)));
        }
    }
}
