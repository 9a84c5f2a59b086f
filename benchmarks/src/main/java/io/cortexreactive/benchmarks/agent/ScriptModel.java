package io.cortexreactive.benchmarks.agent;

import io.cortexreactive.benchmarks.client.AgentScript;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Plays the script, without the records that {@code ScriptedProvider} keeps. */
record ScriptModel(AgentScript script) implements Provider {

    private static final Usage USAGE = Usage.of(10, 5);
    private static final List<Flux<ChatChunk>> ANSWERS = AgentScript.answers(ScriptModel::call, answer());

    private static Flux<ChatChunk> call(int number) {
        String id = "call-" + number;
        return Flux.just(
                new ToolCallStarted(0, id, AgentScript.TOOL),
                new ToolCallDelta(0, "{\"" + AgentScript.ARGUMENT + "\":" + number + "}"),
                new ToolCallCompleted(0, ToolCall.of(id, AgentScript.TOOL, Map.of(AgentScript.ARGUMENT, number))),
                new ChatCompleted(StopReason.TOOL_USE, USAGE, "script", Map.of()));
    }

    private static Flux<ChatChunk> answer() {
        return Flux.just(
                new TextDelta(0, AgentScript.ANSWER),
                new ChatCompleted(StopReason.END_TURN, USAGE, "script", Map.of()));
    }

    @Override
    public String id() {
        return "script";
    }

    @Override
    public ProviderCapabilities capabilities(@Nullable String model) {
        return ProviderCapabilities.all();
    }

    @Override
    public Flux<ChatChunk> stream(ChatRequest request) {
        return Flux.defer(() -> script.ask(ANSWERS));
    }
}
