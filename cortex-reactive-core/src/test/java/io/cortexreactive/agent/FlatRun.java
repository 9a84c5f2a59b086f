package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.memory.ConversationMemory;
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
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A process that runs one agent for very many iterations, and says what came of it. */
final class FlatRun {

    private static final ChatCompleted CALLED = new ChatCompleted(StopReason.TOOL_USE, Usage.of(5, 5), "m", Map.of());
    private static final ChatCompleted DONE = new ChatCompleted(StopReason.END_TURN, Usage.of(5, 5), "m", Map.of());

    private FlatRun() {}

    /** Arguments: how many iterations, and {@code async} if each answer is to come from another thread. */
    public static void main(String[] arguments) {
        int iterations = Integer.parseInt(arguments[0]);
        Calling model = new Calling(iterations, arguments[1].equals("async"));
        AtomicInteger runs = new AtomicInteger();
        Tool tool = Tool.builder("count")
                .description("counts")
                .handler((input, context) -> Mono.fromSupplier(runs::incrementAndGet))
                .build();
        ToolExecutor executor = ToolExecutor.builder(ToolRegistry.of(List.of()))
                .scheduler(Schedulers.immediate())
                .build();
        Agent agent = Agent.bind(
                Agent.define("flat")
                        .tools(tool)
                        .maxIterations(iterations)
                        .memory(ConversationMemory.slidingWindow(10))
                        .build(),
                AgentRuntime.of(chat(model), executor));
        AgentResponse response = Objects.requireNonNull(agent.run("Go").block(Duration.ofMinutes(5)));
        System.out.println("asked " + model.asked + ", ran " + runs + ", kept "
                + response.iterations().size() + ", " + response.stopReason() + ", " + response.output());
        System.exit(0);
    }

    private static ChatClient chat(Provider provider) {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(provider);
        return ChatClient.create(tenants, providers, List.of());
    }

    /** Calls the tool until its last answer. Remembers nothing, unlike a scripted provider. */
    private record Calling(int iterations, boolean async, AtomicInteger asked) implements Provider {

        Calling(int iterations, boolean async) {
            this(iterations, async, new AtomicInteger());
        }

        @Override
        public String id() {
            return "calling";
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return ProviderCapabilities.all();
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            Flux<ChatChunk> answer = Flux.defer(() -> answer(asked.incrementAndGet()));
            return async ? answer.subscribeOn(Schedulers.parallel()) : answer;
        }

        private Flux<ChatChunk> answer(int number) {
            return number == iterations
                    ? Flux.just(new TextDelta(0, "Done."), DONE)
                    : Flux.just(
                            new ToolCallStarted(0, "t", "count"),
                            new ToolCallDelta(0, "{}"),
                            new ToolCallCompleted(0, new ToolCall("t", "count", Map.of(), null)),
                            CALLED);
        }
    }
}
