package io.cortexreactive.agent;

import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.tool.ToolCallUpdate;
import io.cortexreactive.tool.ToolErrorKind;
import io.cortexreactive.tool.ToolProgress;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** One iteration: the model's answer, then the tools it calls. */
final class AgentTurn {

    private final AgentRun run;
    private final int number;
    private final List<String> path;
    private final long startedNanos = System.nanoTime();
    private final ChatAccumulator answer = new ChatAccumulator();

    /** By content part. */
    private final Map<Integer, Started> started = new HashMap<>();

    private @Nullable ChatResponse response;
    private List<ToolCall> calls = List.of();
    private @Nullable ToolResult[] results = {};

    AgentTurn(AgentRun run) {
        this.run = run;
        number = run.begin();
        path = run.path();
    }

    /** A call, by its position among those of the answer. */
    private record Started(int index, String callId) {}

    Flux<AgentStep> steps() {
        return Flux.concat(asked().handle(this::chunk), Flux.defer(this::tools), Mono.defer(this::ended));
    }

    private Flux<ChatChunk> asked() {
        PluginManager plugins = run.plugins();
        if (!plugins.hasHooks(AgentHooks.BEFORE_ITERATION)) {
            return run.chat().stream(run.request());
        }
        return plugins.applyHooks(
                        AgentHooks.BEFORE_ITERATION,
                        new AgentHooks.Beginning(run.definition().id(), run.id(), number, run.context(), run.request()))
                .flatMapMany(beginning -> run.chat().stream(beginning.request()));
    }

    private Mono<AgentStep> ended() {
        AgentStep.IterationCompleted completed = completed();
        PluginManager plugins = run.plugins();
        if (!plugins.hasHooks(AgentHooks.AFTER_ITERATION)) {
            return Mono.just(completed);
        }
        return plugins.applyHooks(
                        AgentHooks.AFTER_ITERATION,
                        new AgentHooks.Ended(run.definition().id(), run.id(), run.context(), completed.trace()))
                .thenReturn(completed);
    }

    private void chunk(ChatChunk chunk, SynchronousSink<AgentStep> sink) {
        answer.add(chunk);
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
    private Flux<AgentStep> tools() {
        ChatResponse whole = answer.toResponse();
        response = whole;
        run.spend(whole.usage());
        run.say(whole.message());
        run.output(whole.text());
        calls = whole.toolCalls();
        results = new @Nullable ToolResult[calls.size()];
        AgentStopReason reason = AgentStopReason.of(whole.stopReason());
        if (calls.isEmpty() || reason != AgentStopReason.COMPLETED) {
            run.end(reason);
            return notRun("The answer was cut, and so the tool was not run.");
        }
        if (run.isLastIteration()) {
            run.end(AgentStopReason.MAX_ITERATIONS);
            return notRun("The limit of iterations is reached, and so the tool was not run.");
        }
        return run.tools().streamAll(calls, run.toolRun()).map(this::told);
    }

    private Flux<AgentStep> notRun(String why) {
        ToolResult result = ToolResult.error(ToolErrorKind.NOT_RUN, why);
        return Flux.range(0, calls.size()).map(index -> told(new ToolCallUpdate(calls.get(index), index, result)));
    }

    private AgentStep told(ToolCallUpdate told) {
        if (told.update() instanceof ToolProgress progress) {
            return new AgentStep.ToolProgressed(
                    path, number, told.index(), told.call().id(), progress.value());
        }
        ToolResult result = (ToolResult) told.update();
        results[told.index()] = result;
        return new AgentStep.ToolFinished(path, number, told.index(), told.call(), result);
    }

    private AgentStep.IterationCompleted completed() {
        List<AgentToolCall> done = new ArrayList<>();
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            ToolCall call = calls.get(i);
            ToolResult result = Objects.requireNonNull(results[i]);
            done.add(new AgentToolCall(call, result));
            contents.add(new ToolResultContent(call.id(), result.text(), !result.success()));
        }
        if (!contents.isEmpty()) {
            run.say(new Message(Role.TOOL, contents, Map.of()));
        }
        stopWhereToolsSaySo();
        Duration duration = Duration.ofNanos(System.nanoTime() - startedNanos);
        AgentIteration trace = new AgentIteration(number, Objects.requireNonNull(response), done, duration);
        run.keep(trace);
        return new AgentStep.IterationCompleted(path, number, trace);
    }

    private void stopWhereToolsSaySo() {
        Arrays.stream(results)
                .filter(result -> result != null && result.stop())
                .findFirst()
                .ifPresent(result -> {
                    run.output(result.text());
                    run.end(AgentStopReason.TOOL_STOP);
                });
    }
}
