package io.cortexreactive.persistence;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentRegistry;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentRuntime;
import io.cortexreactive.agent.queue.AgentRunEngine;
import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Role;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolContext;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * The agent whose runs fault tests are of. What its model answers depends on what it is asked alone, and what its tools
 * do on their names and the process.
 *
 * @param tool runs the tool of a name
 */
record FaultAgents(Provider model, BiFunction<String, ToolContext, Mono<Object>> tool) {

    static final String AGENT = "helper";

    /** Two tools at a time, some times over. */
    static final String LINE = "line";

    /** One tool that ends when it is told to. */
    static final String GATED = "gated";

    /** No tool, but an answer that goes on when it is told to. */
    static final String HALF = "half";

    /** One tool that takes as long as a short lease. */
    static final String NAP = "nap";

    /** The answers of a line. */
    static final int ANSWERS = 5;

    /** The calls of tools in each of its answers but the last one. */
    static final int CALLS = 2;

    private static final Duration PACE = Duration.ofMillis(6);
    private static final int PIECE = 8;

    /** What a process needs to run them. */
    AgentRuns runs(AgentRunQueue queue, AgentRunSettings settings) {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(model);
        AgentRegistry agents = AgentRegistry.of(List.of(agent()));
        AgentRuntime runtime = AgentRuntime.of(
                        ChatClient.create(tenants, providers, List.of()),
                        ToolExecutor.builder(ToolRegistry.of(List.of())).build())
                .withAgents(agents);
        AgentRunEngine.Callees callees =
                new AgentRunEngine.Callees(() -> List.of(AGENT), id -> Agent.bind(agents.get(id), runtime));
        return AgentRunEngine.create(AgentRunEngine.Parts.of(queue, callees).with(settings));
    }

    private AgentDefinition agent() {
        return Agent.define(AGENT)
                .tools(Stream.of("left", "right", "gate", "nap").map(this::tool).toList())
                .build();
    }

    private Tool tool(String name) {
        return Tool.builder(name)
                .description(name)
                .input(Schema.object())
                .handler((input, context) -> tool.apply(name, context))
                .build();
    }

    /** What a run is to do. */
    static String work(ChatRequest request) {
        return request.messages().stream()
                .filter(message -> message.role() == Role.USER)
                .findFirst()
                .orElseThrow()
                .text();
    }

    /** Which answer is asked for, from 1. */
    static int number(ChatRequest request) {
        return 1
                + (int) request.messages().stream()
                        .filter(message -> message.role() == Role.ASSISTANT)
                        .count();
    }

    static ScriptedReply reply(ChatRequest request) {
        String work = work(request);
        int number = number(request);
        ScriptedReply.Builder reply =
                ScriptedReply.builder().chunkSize(PIECE).chunkDelay(PACE).text(text(work, number));
        tools(work, number).forEach(tool -> reply.toolCall(tool + number, tool, Map.of()));
        return reply.build();
    }

    /** What the model says in an answer. */
    static String text(String work, int number) {
        return "This is what answer %d of a %s says.".formatted(number, work);
    }

    private static List<String> tools(String work, int number) {
        return switch (work) {
            case LINE -> number < ANSWERS ? List.of("left", "right") : List.of();
            case GATED -> number == 1 ? List.of("gate") : List.of();
            case NAP -> number == 1 ? List.of("nap") : List.of();
            default -> List.of();
        };
    }
}
