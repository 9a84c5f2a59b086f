package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolHandler;
import io.cortexreactive.tool.ToolRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Agents on a scripted model, all on the thread of the test. */
abstract class AgentFixture {

    static final Duration LONG = Duration.ofSeconds(60);
    static final List<String> PATH = List.of("helper");

    final ScriptedProvider provider = ScriptedProvider.of();
    final ToolRegistry registry = ToolRegistry.of(List.of());
    final AtomicInteger runs = new AtomicInteger();

    AgentRuntime runtime() {
        return runtime(chat(provider));
    }

    AgentRuntime runtime(ChatClient chat) {
        ToolExecutor executor =
                ToolExecutor.builder(registry).scheduler(Schedulers.immediate()).build();
        return AgentRuntime.of(chat, executor);
    }

    static ChatClient chat(ScriptedProvider provider) {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(provider);
        return ChatClient.create(tenants, providers, List.of());
    }

    Tool tool(String name, ToolHandler handler) {
        Tool made = Tool.builder(name)
                .description("does " + name)
                .input(Schema.object().property("n", Schema.integer()))
                .handler(handler)
                .build();
        // Else its first call goes on where that is compiled.
        made.definition().inputSchema().prepared().block(LONG);
        return made;
    }

    Tool counter() {
        return tool("count", (input, context) -> Mono.fromSupplier(() -> "ran " + runs.incrementAndGet()));
    }

    Agent agent(Tool... tools) {
        return Agent.bind(Agent.define("helper").tools(tools).build(), runtime());
    }

    static AgentResponse run(Agent agent) {
        return Objects.requireNonNull(agent.run("Go").block(LONG));
    }

    static ScriptedReply call(String id, String tool) {
        return ScriptedReply.toolCall(id, tool, Map.of("n", 1));
    }

    static List<ToolResultContent> results(Message message) {
        return message.content().stream().map(ToolResultContent.class::cast).toList();
    }
}
