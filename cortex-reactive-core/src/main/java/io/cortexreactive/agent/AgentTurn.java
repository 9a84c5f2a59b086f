package io.cortexreactive.agent;

import io.cortexreactive.chat.KnownCost;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.message.Usage;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.tool.ToolCallUpdate;
import io.cortexreactive.tool.ToolErrorKind;
import io.cortexreactive.tool.ToolProgress;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * One iteration: the model's answer, then the tools it calls. It may be broken off from another thread at any moment,
 * and so its answer and results are guarded.
 */
final class AgentTurn {

    private final AgentRun run;
    private final TurnStyle style;
    private final UnaryOperator<ChatRequest> change;
    private final int number;
    private final List<String> path;
    private final long startedNanos = System.nanoTime();
    private final ChatAccumulator answer = new ChatAccumulator();
    private final AgentCheckpoint.@Nullable Answer kept;

    /** By content part. */
    private final Map<Integer, Started> started = new HashMap<>();

    private @Nullable ChatRequest request;
    private @Nullable ChatResponse response;
    private List<ToolCall> calls = List.of();
    private @Nullable ToolResult[] results = {};
    private List<AgentToolCall> done = List.of();
    private @Nullable Message correction;
    private List<Message> said = List.of();
    private boolean began;
    private boolean booked;
    private boolean stored;

    AgentTurn(AgentRun run, TurnStyle style, UnaryOperator<ChatRequest> change) {
        this.run = run;
        this.style = style;
        this.change = change;
        number = run.budget().nextIteration();
        path = run.path();
        AgentCheckpoint checkpoint = run.checkpoint();
        kept = checkpoint == null ? null : checkpoint.answer(number);
    }

    /** A call, by its position among those of the answer. */
    private record Started(int index, String callId) {}

    Flux<AgentStep> steps() {
        if (kept == null) {
            run.telling().iterationStarts(run);
        }
        return Flux.concat(asked().handle(this::step), Flux.defer(this::answered), Mono.defer(this::ended));
    }

    private Flux<ChatChunk> asked() {
        if (kept != null) {
            style.recall(kept.memo());
            return Flux.empty();
        }
        run.goesFurther();
        return run.request()
                .map(change)
                .flatMap(this::hooked)
                .flatMapMany(this::answerTo)
                .doOnError(this::failed);
    }

    private Flux<ChatChunk> answerTo(ChatRequest next) {
        return run.affordable(style.asking(next))
                .flatMapMany(this::ask)
                .onErrorResume(error -> !began && style.asksOtherwise(error), error -> answerTo(next));
    }

    private Flux<ChatChunk> ask(ChatRequest next) {
        synchronized (this) {
            request = next;
        }
        return style.shown(style.ask(run, next).doOnNext(this::keep));
    }

    private Mono<ChatRequest> hooked(ChatRequest request) {
        PluginManager plugins = run.plugins();
        return plugins.hasHooks(AgentHooks.BEFORE_ITERATION)
                ? plugins.applyHooks(
                                AgentHooks.BEFORE_ITERATION,
                                new AgentHooks.Beginning(
                                        run.definition().id(), run.id(), number, run.context(), request))
                        .map(AgentHooks.Beginning::request)
                : Mono.just(request);
    }

    private synchronized void keep(ChatChunk chunk) {
        began = true;
        answer.add(chunk);
    }

    /** What it has cost all the same; nothing where the model has not begun to answer. */
    private synchronized void failed(Throwable error) {
        if (error instanceof KnownCost cost) {
            bookPartly(cost.usage());
        } else if (began) {
            bookPartly(usage());
        }
        booked = true;
    }

    private void bookPartly(Usage usage) {
        ChatRequest asked = request;
        if (!booked && asked != null) {
            booked = true;
            run.spendPartly(usage, asked.model());
        }
    }

    /** What the answer has cost so far; what its request has, where that is all there is. */
    private Usage usage() {
        ChatResponse whole = response;
        ChatRequest asked = request;
        return whole != null ? whole.usage() : asked == null ? Usage.NONE : answer.usage(asked);
    }

    private void step(ChatChunk chunk, SynchronousSink<AgentStep> sink) {
        if (chunk instanceof TextDelta delta) {
            sink.next(new AgentStep.Text(path, number, delta.text()));
        } else if (chunk instanceof ReasoningDelta delta) {
            reasoning(delta, sink);
        } else if (chunk instanceof ToolCallStarted call) {
            int index = started.size();
            started.put(call.index(), new Started(index, call.id()));
            sink.next(new AgentStep.ToolStarted(path, number, index, call.id(), call.name()));
        } else if (chunk instanceof ToolCallDelta delta) {
            Started call = started.getOrDefault(delta.index(), new Started(started.size(), ""));
            sink.next(new AgentStep.ToolArguments(path, number, call.index, call.callId, delta.json()));
        } else if (chunk instanceof StreamRestarted restarted) {
            started.clear();
            sink.next(new AgentStep.Restarted(path, number, restarted.reason()));
        }
    }

    /** A signature and encrypted thoughts are for the provider alone. */
    private void reasoning(ReasoningDelta delta, SynchronousSink<AgentStep> sink) {
        if (!delta.redacted() && !delta.text().isEmpty()) {
            sink.next(new AgentStep.Reasoning(path, number, delta.text()));
        }
    }

    /** Only once the answer is whole: one that broke off has failed before. */
    private Flux<AgentStep> answered() {
        ChatResponse whole = whole();
        run.output(style.output(whole));
        return checkpointed().thenMany(Flux.defer(() -> priced(whole)));
    }

    /** As it came: whatever else is known of it follows from that. */
    private Mono<Void> checkpointed() {
        AgentCheckpoint checkpoint = run.checkpoint();
        return checkpoint == null || kept != null
                ? Mono.empty()
                : checkpoint.answered(
                        number, run.whole(path), new AgentCheckpoint.Answer(answer.toResponse(), style.memo()));
    }

    private Flux<AgentStep> priced(ChatResponse whole) {
        ChatRequest asked = request;
        return run.budget().limitsCost()
                ? run.prices(asked == null ? run.definition().model() : asked.model(), whole.model())
                        .flatMapMany(prices -> booked(whole, prices))
                : booked(whole, null);
    }

    private Flux<AgentStep> booked(ChatResponse whole, @Nullable ModelPrices prices) {
        synchronized (this) {
            if (!booked) {
                booked = true;
                run.budget().spend(whole.usage(), prices);
            }
        }
        return tools(whole);
    }

    private synchronized ChatResponse whole() {
        ChatResponse whole = style.kept(kept == null ? answer.toResponse() : kept.response());
        response = whole;
        calls = style.calls(whole);
        results = new @Nullable ToolResult[calls.size()];
        return whole;
    }

    private Flux<AgentStep> tools(ChatResponse whole) {
        AgentStopReason reason = AgentStopReason.of(whole.stopReason());
        if (calls.isEmpty() || reason != AgentStopReason.COMPLETED) {
            endOrCorrect(reason);
            return notRun("The answer was cut, and so the tool was not run.");
        }
        AgentStopReason exceeded = run.budget().takeCalls(calls.size());
        if (exceeded != null) {
            run.end(exceeded);
            return notRun("A limit of the run is reached, and so the tool was not run.");
        }
        AgentCheckpoint checkpoint = run.checkpoint();
        if (checkpoint != null) {
            return Flux.defer(() -> resumed(checkpoint.calls(number, calls.size())));
        }
        run.telling().toolsCalled(calls, run::runs);
        return run.tools().streamAll(calls, run.toolRun()).map(this::told);
    }

    /** Makes those calls of which nothing is kept, and keeps what comes of them before it is told. */
    private Flux<AgentStep> resumed(AgentCheckpoint.Calls checkpoint) {
        List<Integer> open = new ArrayList<>();
        List<ToolCallUpdate> done = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            ToolResult result = checkpoint.result(i);
            if (result == null) {
                open.add(i);
            } else {
                done.add(new ToolCallUpdate(calls.get(i), i, result));
            }
        }
        List<ToolCall> left = open.stream().map(calls::get).toList();
        run.telling().toolsCalled(left, run::runs);
        Flux<AgentStep> made = run.tools()
                .streamAll(left, run.toolRun(number, open))
                .map(told -> new ToolCallUpdate(told.call(), open.get(told.index()), told.update()))
                .concatMap(told -> kept(checkpoint, told).thenReturn(told), 1)
                .map(this::told);
        return Flux.fromIterable(done).map(this::told).concatWith(left.isEmpty() ? Flux.empty() : further(made));
    }

    private Flux<AgentStep> further(Flux<AgentStep> made) {
        return Flux.defer(() -> {
            run.goesFurther();
            return made;
        });
    }

    private static Mono<Void> kept(AgentCheckpoint.Calls checkpoint, ToolCallUpdate told) {
        return told.update() instanceof ToolResult result ? checkpoint.finished(told.index(), result) : Mono.empty();
    }

    private void endOrCorrect(AgentStopReason reason) {
        if (reason == AgentStopReason.COMPLETED) {
            correction = style.correction();
        }
        if (correction == null) {
            run.end(reason);
        }
    }

    private Flux<AgentStep> notRun(String why) {
        ToolResult result = ToolResult.error(ToolErrorKind.NOT_RUN, why);
        return Flux.range(0, calls.size()).map(index -> told(new ToolCallUpdate(calls.get(index), index, result)));
    }

    private AgentStep told(ToolCallUpdate told) {
        if (told.update() instanceof ToolProgress progress) {
            return progress.value() instanceof AgentStep inner
                    ? nested(told, inner)
                    : new AgentStep.ToolProgressed(
                            path, number, told.index(), told.call().id(), progress.value());
        }
        List<ToolCall> before = calls.subList(0, told.index());
        ToolResult result = AgentTool.HandOff.once((ToolResult) told.update(), before, run.definition());
        result(told.index(), result);
        return new AgentStep.ToolFinished(path, number, told.index(), told.call(), result);
    }

    private synchronized void result(int index, ToolResult result) {
        results[index] = result;
    }

    private AgentStep nested(ToolCallUpdate told, AgentStep inner) {
        return inner.withPath(within(told.index(), inner.path()));
    }

    /** The path of an agent that a call runs. */
    List<String> within(int index, List<String> inner) {
        List<String> within = new ArrayList<>(path);
        within.addAll(inner);
        if (isCalledBefore(index)) {
            within.set(path.size(), inner.get(0) + "#" + index);
        }
        return List.copyOf(within);
    }

    private boolean isCalledBefore(int index) {
        String name = calls.get(index).name();
        return calls.subList(0, index).stream()
                .anyMatch(earlier -> earlier.name().equals(name));
    }

    private Mono<AgentStep> ended() {
        return storedAnswer().then(Mono.defer(this::told));
    }

    private Mono<Void> storedAnswer() {
        done = done();
        Message message = Objects.requireNonNull(response).message();
        synchronized (this) {
            Message reply = done.isEmpty() ? correction : style.results(done);
            said = reply == null ? List.of(message) : List.of(message, reply);
        }
        return run.store(said).doOnSuccess(nothing -> stored());
    }

    private synchronized void stored() {
        stored = true;
    }

    private List<AgentToolCall> done() {
        List<AgentToolCall> all = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            all.add(new AgentToolCall(calls.get(i), Objects.requireNonNull(results[i])));
        }
        return all;
    }

    private Mono<AgentStep> told() {
        stopWhereToolsSaySo();
        AgentStep.IterationCompleted completed = completed();
        PluginManager plugins = run.plugins();
        Mono<AgentStep> step = Mono.just(completed);
        return plugins.hasHooks(AgentHooks.AFTER_ITERATION)
                ? plugins.applyHooks(
                                AgentHooks.AFTER_ITERATION,
                                new AgentHooks.Ended(run.definition().id(), run.id(), run.context(), completed.trace()))
                        .then(step)
                : step;
    }

    private AgentStep.IterationCompleted completed() {
        Duration duration = Duration.ofNanos(System.nanoTime() - startedNanos);
        ChatResponse whole = Objects.requireNonNull(response);
        AgentIteration trace = new AgentIteration(number, whole, done, duration);
        run.keep(trace, said);
        if (kept == null) {
            run.telling().iterationCompleted(run, whole);
        }
        return new AgentStep.IterationCompleted(path, number, trace);
    }

    private void stopWhereToolsSaySo() {
        List<ToolResult> given = done.stream().map(AgentToolCall::result).toList();
        AgentStopReason spent = run.budget().spent();
        if (run.goesOn() && spent != null) {
            run.end(spent);
        }
        given.stream().filter(result -> result.stop()).findFirst().ifPresent(result -> {
            run.output(result.text());
            run.end(AgentStopReason.TOOL_STOP);
        });
        given.stream()
                .flatMap(result -> AgentTool.HandOff.in(result).stream())
                .findFirst()
                .ifPresent(run::handOver);
    }

    /** What was said up to now, each call with a result; nothing that is stored already. */
    synchronized List<Message> breakOff() {
        bookPartly(usage());
        if (stored) {
            return List.of();
        }
        if (!said.isEmpty()) {
            return said;
        }
        Message message = response == null ? answer.partialMessage() : response.message();
        String partial = response == null ? style.partialOutput(message) : "";
        if (!partial.isBlank()) {
            run.output(partial);
        }
        List<ToolResultContent> ended = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            ToolResult result = results[i];
            if (result != null) {
                ended.add(new ToolResultContent(calls.get(i).id(), result.text(), !result.success()));
            }
        }
        return style.brokenOff(message, ended);
    }
}
