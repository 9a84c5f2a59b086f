package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.AgentCheckpoint;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.durable.RunWriter;
import io.cortexreactive.durable.RunWriter.Draft;
import io.cortexreactive.durable.RunWriter.Unsettled;
import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.durable.Transition.Asked;
import io.cortexreactive.durable.Transition.Move;
import io.cortexreactive.durable.Transition.Schedule;
import io.cortexreactive.durable.Worker;
import io.cortexreactive.durable.Worker.Hold;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.resilience.Detached;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tool.ToolApproval;
import io.cortexreactive.tool.ToolContext;
import io.cortexreactive.tool.ToolResult;
import io.cortexreactive.tool.ToolRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Writes what an attempt comes to: every step, so that whoever follows sees it, and every answer and result, so that no
 * later attempt needs it again. One entry after the other, each under the guard of the run's epoch. What is of an
 * answer under way waits up to {@value #BATCH_MILLIS} ms for more of it.
 *
 * <p>A call that nobody has decided on holds the run up only once nothing else of it is under way; then the run is
 * paused. Counted are branches of work: the run itself is one, and calls that it makes are as many in its stead.
 */
final class Checkpoint implements ToolApproval, ToolRun.Journal {

    private static final int BATCH_MILLIS = 50;
    private static final int BATCH_STEPS = 64;

    private final Worker worker;
    private final Hold hold;
    private final RunWriter writer;
    private final Job job;
    private final History history;
    private final int maxBytes;
    private final Scheduler timer;
    private final long startedMillis;
    private final Lane lane = new Lane();
    private final Sinks.Empty<Void> over = Sinks.empty();
    private final List<AgentStep> steps = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Queue<Consumer<@Nullable ErrorInfo>> untold = new ConcurrentLinkedQueue<>();
    private @Nullable StagedConversations conversations;
    private @Nullable AgentStep end;
    private int attempt;
    private int branches = 1;
    private boolean due;
    private volatile boolean ended;
    private volatile boolean lost;

    Checkpoint(Background background, Hold hold, Job job, History history) {
        worker = background.worker();
        this.hold = hold;
        this.job = job;
        this.history = history;
        attempt = Tries.of(hold.run());
        maxBytes = background.settings().maxEntryBytes();
        timer = background.timer();
        startedMillis = timer.now(TimeUnit.MILLISECONDS);
        writer = new RunWriter(background.queue(), hold.run(), Integer.MAX_VALUE, 0);
    }

    /** What the run of the agent finds. */
    AgentCheckpoint root() {
        return new Within(job.root());
    }

    /** Completes once nothing more can be written: the run is somebody else's, or waits for somebody. */
    Mono<Void> over() {
        return over.asMono();
    }

    /** Whether the run turned out to be somebody else's, or nobody's any more, when something was to be written. */
    boolean isLost() {
        return lost;
    }

    /** Whether this attempt has written its last. */
    boolean isOver() {
        return ended;
    }

    /** Tells first what a client has to discard. */
    Mono<Void> open() {
        return Mono.defer(() -> {
            steps.addAll(history.restarted());
            return steps.isEmpty() ? Mono.empty() : flush();
        });
    }

    /** Keeps a step. */
    Mono<Void> tell(AgentStep step) {
        return Mono.defer(() -> {
            if (step instanceof AgentStep.Completed && step.path().size() == 1) {
                end = step;
                return Mono.empty();
            }
            String id = Told.id(step);
            if (id != null && !history.tell(id, step)) {
                return Mono.empty();
            }
            boolean full = add(step);
            return id != null || full ? flush() : later();
        });
    }

    private synchronized boolean add(AgentStep step) {
        AgentStep longer = steps.isEmpty() ? null : Told.longer(steps.get(steps.size() - 1), step);
        if (longer == null) {
            steps.add(step);
        } else {
            steps.set(steps.size() - 1, longer);
        }
        return steps.size() >= BATCH_STEPS;
    }

    /** What cannot be written then is tried again with what follows. */
    private synchronized Mono<Void> later() {
        if (due) {
            return Mono.empty();
        }
        due = true;
        worker.background(
                Mono.delay(Duration.ofMillis(BATCH_MILLIS)).then(flush()).onErrorComplete());
        return Mono.empty();
    }

    private synchronized List<AgentStep> taken() {
        due = false;
        List<AgentStep> taken = List.copyOf(steps);
        steps.clear();
        return taken;
    }

    private synchronized void putBack(List<AgentStep> taken) {
        steps.addAll(0, taken);
    }

    private Mono<Void> flush() {
        return write(new Entry(Move.ADVANCE, "steps", Map.of(), null, Schedule.NONE), false);
    }

    /** What is to be written, with the steps that there are. */
    private record Entry(
            Move move,
            String node,
            Map<String, Object> kept,
            @Nullable ErrorInfo error,
            Schedule schedule) {}

    private Mono<Void> keep(String what, Object kept) {
        return write(new Entry(Move.ADVANCE, what, Map.of(what, kept), null, Schedule.NONE), true);
    }

    /** Never completes where the run is over by then. */
    private Mono<Void> write(Entry entry, boolean always) {
        return Detached.run(lane.next(() -> {
                    List<AgentStep> taken = taken();
                    return ended || (taken.isEmpty() && !always)
                            ? Mono.just(!ended)
                            : written(entry, taken).doOnError(error -> putBack(taken));
                }))
                .onErrorMap(Unsettled::isBy, Unsettled::new)
                .flatMap(mine -> mine ? Mono.empty() : Mono.never());
    }

    private Mono<Boolean> written(Entry entry, List<AgentStep> taken) {
        return Mono.defer(() -> {
            Draft draft = new Draft(
                    entry.move(),
                    entry.node(),
                    tries(entry).node(),
                    entry.move().kind() == null ? null : payload(entry, taken),
                    entry.error(),
                    0,
                    entry.schedule());
            return writer.commit(draft, () -> job.toJson(Integer.MAX_VALUE)).doOnNext(mine -> landed(mine, entry));
        });
    }

    private Tries tries(Entry entry) {
        boolean open = entry.move() == Move.RELEASE
                || entry.move() == Move.PAUSE
                || (entry.move() == Move.RETRY && entry.error() == null);
        return new Tries(attempt, open);
    }

    /** For how many milliseconds attempts have worked on the run by now. */
    private long workedMillis() {
        return history.worked() + timer.now(TimeUnit.MILLISECONDS) - startedMillis;
    }

    private String payload(Entry entry, List<AgentStep> taken) {
        Map<String, Object> payload = new LinkedHashMap<>(entry.kept());
        payload.put("worked", workedMillis());
        payload.put("steps", told(entry, taken));
        return StepJson.write(payload, "entry", maxBytes);
    }

    /** The last step is no step like the others: what is written on the side must not take it along. */
    private List<AgentStep> told(Entry entry, List<AgentStep> taken) {
        return entry.move() == Move.COMPLETE
                ? Stream.concat(taken.stream(), Stream.of(Objects.requireNonNull(end, "end")))
                        .toList()
                : taken;
    }

    private void landed(boolean mine, Entry entry) {
        if (mine) {
            history.landed(entry.kept());
        }
        if (mine && entry.move() == Move.COMPLETE) {
            hold.ended(hold.run()
                    .completed(writer.seq(), null, 0, hold.run().snapshot().json()));
        }
        if (mine && entry.move().to() == RunStatus.FAILED) {
            tellEnd(entry.error());
        }
        if (!mine || entry.move().to() != RunStatus.RUNNING) {
            lost = !mine;
            ended = true;
            over.tryEmitEmpty();
        }
        worker.tell(hold.run().key());
    }

    /** Tells what broke off that this was the end. */
    private void tellEnd(@Nullable ErrorInfo error) {
        untold.forEach(telling -> telling.accept(error));
        untold.clear();
    }

    /** Ends the run as it should; its last step comes with that. */
    Mono<Void> complete() {
        return conversation().then(write(new Entry(Move.COMPLETE, "end", Map.of(), null, Schedule.NONE), true));
    }

    /** Ends the run with an error; without the steps that wait, where these are too large to be kept. */
    Mono<Void> fail(ErrorInfo error) {
        Mono<Void> end = write(new Entry(Move.FAIL, "end", Map.of(), error, Schedule.NONE), true);
        return conversation().then(end).onErrorResume(StateNotStorableException.class, tooLarge -> {
            taken();
            return end;
        });
    }

    /** The same where nothing was tried any more. */
    Mono<Void> giveUp(ErrorInfo error) {
        return Mono.defer(() -> {
            attempt--;
            return fail(error);
        });
    }

    /** Has the run tried again. */
    Mono<Void> retry(ErrorInfo error, Duration delay) {
        return keep("tried", true)
                .then(write(new Entry(Move.RETRY, "attempt", Map.of(), error, new Schedule(delay, null, null)), true));
    }

    /** Gives the run back, and says that this attempt was not in vain. */
    Mono<Void> release() {
        return keep("released", true)
                .then(write(new Entry(Move.RELEASE, "attempt", Map.of(), null, Schedule.NONE), true));
    }

    /** Leaves the run to others for a while, and says the same. */
    Mono<Void> putOff() {
        Schedule later = new Schedule(Worker.ASIDE, null, null);
        return keep("released", true).then(write(new Entry(Move.RETRY, "attempt", Map.of(), null, later), true));
    }

    /** Brings what was said where the agent remembers; once, however often it is asked for. */
    private Mono<Void> conversation() {
        StagedConversations staged = conversations;
        return staged == null ? Mono.empty() : staged.settle(at -> keep("conversation", at));
    }

    /** The same for a run that was cancelled, and of which nothing more can be noted. */
    Mono<Void> lastWords() {
        StagedConversations staged = conversations;
        Mono<Void> said = staged == null ? Mono.empty() : staged.settle(at -> Mono.empty());
        return said.doFinally(end -> tellEnd(null));
    }

    @Override
    public Mono<Boolean> decide(ToolCall call, ToolContext context) {
        return decision(call, context).map(Decision::granted);
    }

    @Override
    public Mono<Decision> decision(ToolCall call, ToolContext context) {
        return Mono.defer(() -> {
            Decision known = history.decision(context.idempotencyKey(), ToolRun.contentOf(call));
            return known == null ? asked(call, context) : Mono.just(known);
        });
    }

    @Override
    public Mono<Boolean> begin(ToolCall call, ToolContext context) {
        return Mono.defer(() -> {
            String id = context.idempotencyKey();
            return history.hasBegun(id) ? Mono.just(false) : keep("begun", id).thenReturn(true);
        });
    }

    private Mono<Decision> asked(ToolCall call, ToolContext context) {
        CallPlace place = CallPlace.of(job.root(), context.idempotencyKey());
        synchronized (this) {
            waiting.add(new Waiting(context.idempotencyKey(), ToolRun.contentOf(call), history.request(place, call)));
            branches--;
        }
        return paused().then(Mono.never());
    }

    /** Once nothing is under way but calls that wait. */
    private Mono<Void> paused() {
        return Mono.defer(() -> {
            List<Waiting> calls = waitsAlone();
            if (calls.isEmpty()) {
                return Mono.empty();
            }
            calls.stream()
                    .map(Waiting::step)
                    .filter(step -> history.tell(String.valueOf(Told.id(step)), step))
                    .forEach(this::add);
            Asked asked = new Asked(Tenancy.newCorrelationId(), reason(calls), spec(calls), null);
            return write(
                    new Entry(Move.PAUSE, "approval", Map.of(), null, new Schedule(Duration.ZERO, null, asked)), true);
        });
    }

    private synchronized List<Waiting> waitsAlone() {
        return branches == 0 ? List.copyOf(waiting) : List.of();
    }

    private static String reason(List<Waiting> calls) {
        return "Waits for a decision on "
                + calls.stream().map(one -> one.step().call().name()).toList();
    }

    private static String spec(List<Waiting> calls) {
        List<Map<String, Object>> all = calls.stream().map(Waiting::plain).toList();
        return StepJson.write(Map.of("calls", all), "spec", Integer.MAX_VALUE);
    }

    private synchronized void begun(int calls) {
        if (calls > 0) {
            branches += calls - 1;
        }
    }

    private synchronized void branchEnds() {
        branches--;
    }

    /** As the run of one agent has it: the outermost one, or one that was called under this key. */
    private final class Within implements AgentCheckpoint {

        private final String key;

        /** What the run had worked when this one in it began. */
        private final long begun;

        Within(String key) {
            this.key = key;
            begun = history.begun(key, key.equals(job.root()) ? 0 : workedMillis());
        }

        @Override
        public String runId() {
            return hold.run().key().runId();
        }

        @Override
        public boolean isResumed() {
            return hold.run().progress().epoch() > 1;
        }

        @Override
        public Duration worked() {
            return Duration.ofMillis(Math.max(0, history.worked() - begun));
        }

        @Override
        public Conversations conversations(Conversations shared) {
            StagedConversations staged = new StagedConversations(shared.store(), job.root(), history.conversationAt());
            conversations = staged;
            return Conversations.on(staged);
        }

        @Override
        public AgentCheckpoint within(String callKey) {
            return new Within(callKey);
        }

        @Override
        public @Nullable RetrievedContent found() {
            return history.found(key);
        }

        @Override
        public Mono<Void> found(RetrievedContent content) {
            return Mono.defer(() -> keep("found", Map.of("id", key, "begun", begun, "content", content)));
        }

        private String id(int number) {
            return key + "/" + number;
        }

        @Override
        public @Nullable Answer answer(int number) {
            return history.answer(id(number));
        }

        @Override
        public Mono<Void> answered(int number, List<String> path, Answer answer) {
            return Mono.defer(() -> keep(
                    "answer",
                    Map.of(
                            "id",
                            id(number),
                            "begun",
                            begun,
                            "iteration",
                            number,
                            "path",
                            path,
                            "response",
                            answer.response(),
                            "memo",
                            answer.memo())));
        }

        /** The run itself ends as its attempt says; one in it may be cancelled, and the run goes on without it. */
        @Override
        public void breaksOff(Consumer<@Nullable ErrorInfo> telling) {
            if (key.equals(job.root()) || ended || hold.isLost() || hold.yields()) {
                untold.add(telling);
            } else {
                telling.accept(null);
            }
        }

        @Override
        public Calls calls(int number, int count) {
            return new OpenCalls(id(number), count);
        }
    }

    /** The calls of one iteration. */
    private final class OpenCalls implements AgentCheckpoint.Calls {

        private final String iteration;
        private int open;

        OpenCalls(String iteration, int count) {
            this.iteration = iteration;
            for (int i = 0; i < count; i++) {
                open += result(i) == null ? 1 : 0;
            }
            begun(open);
        }

        private String id(int index) {
            return iteration + "-" + index;
        }

        @Override
        public @Nullable ToolResult result(int index) {
            return history.result(id(index));
        }

        /** With the last one, the run goes on itself. */
        @Override
        public Mono<Void> finished(int index, ToolResult result) {
            return keep("result", Map.of("id", id(index), "result", result)).then(Mono.defer(() -> {
                open--;
                if (open > 0) {
                    branchEnds();
                }
                return paused();
            }));
        }
    }
}
