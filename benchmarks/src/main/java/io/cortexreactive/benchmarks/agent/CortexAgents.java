package io.cortexreactive.benchmarks.agent;

import io.cortexreactive.Cortex;
import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentRuntime;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.benchmarks.client.AgentScript;
import io.cortexreactive.benchmarks.client.StreamClient;
import io.cortexreactive.benchmarks.client.StreamClients;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** This project's agents, whose steps are streamed: alone, and as an application has them. */
public final class CortexAgents implements StreamClients {

    @Override
    public Map<String, Function<URI, StreamClient>> byName() {
        return Map.of(
                "agent/cortex", none -> alone(new AgentScript()),
                "agent/cortex-observed", none -> observed(new AgentScript()),
                "agent/floor", none -> new FloorAgent(new AgentScript()));
    }

    /** With tools on threads of their own, as by default, and nothing else around its calls. */
    private static StreamClient alone(AgentScript script) {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(new ScriptModel(script));
        ChatClient chat = ChatClient.create(tenants, providers, List.of());
        ToolExecutor tools = ToolExecutor.create(ToolRegistry.of(List.of()));
        return client(Agent.bind(definition(script), AgentRuntime.of(chat, tools)), script);
    }

    /** All that comes by default, and one subscriber to all events. */
    private static StreamClient observed(AgentScript script) {
        Cortex cortex = Cortex.builder().provider(new ScriptModel(script)).build();
        LongAdder seen = new LongAdder();
        cortex.events().on(CortexEvent.class).subscribe(event -> seen.increment());
        return client(cortex.agent(definition(script)), script);
    }

    private static AgentDefinition definition(AgentScript script) {
        Tool tool = Tool.builder(AgentScript.TOOL)
                .description("Looks something up")
                .input(Schema.object()
                        .property(AgentScript.ARGUMENT, Schema.integer())
                        .required(AgentScript.ARGUMENT))
                .handler((input, context) -> Mono.fromSupplier(script::runTool))
                .build();
        return Agent.define("bench")
                .tools(tool)
                .maxIterations(AgentScript.ITERATIONS)
                .build();
    }

    private static StreamClient client(Agent agent, AgentScript script) {
        return name -> agent.stream("Go")
                .ofType(AgentStep.Completed.class)
                .map(done -> script.end(done.response().output()));
    }
}
