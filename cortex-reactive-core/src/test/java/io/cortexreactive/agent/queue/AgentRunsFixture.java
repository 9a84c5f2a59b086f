package io.cortexreactive.agent.queue;

import io.cortexreactive.agent.Agent;
import io.cortexreactive.agent.AgentDefinition;
import io.cortexreactive.agent.AgentRegistry;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentRuntime;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.durable.SkewedScheduler;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.memory.Conversations;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.tool.Tool;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolHandler;
import io.cortexreactive.tool.ToolRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Workers of one queue, each as a process of its own would have it. */
abstract class AgentRunsFixture {

    static final Duration SOON = Duration.ofSeconds(20);

    final ScriptedProvider provider = ScriptedProvider.of();
    final Conversations conversations = Conversations.inMemory();
    final Broadcaster broadcaster = Broadcaster.inMemory();
    final SkewedScheduler clock = new SkewedScheduler(Schedulers.parallel(), Duration.ZERO);
    AgentRunQueue queue = AgentRunQueue.inMemory();
    EventPublisher events = EventPublisher.none();
    TenantResolver tenants = TenantResolver.none();

    private final List<AgentRuns> workers = new ArrayList<>();

    @AfterEach
    void stopWorkers() {
        workers.forEach(worker -> worker.stop().block(SOON));
    }

    AgentDefinition.Builder define(Tool... tools) {
        return Agent.define("helper").tools(tools);
    }

    /** Agents of a process, and what runs them in the background there. */
    record Site(AgentRuns runs, AgentRegistry agents, AgentRuntime runtime) {

        PendingAgentRun pending(String input) {
            return Agent.bind(agents.get("helper"), runtime).runAsync(input);
        }
    }

    Site site(AgentDefinition... agents) {
        return site(AgentRunSettings.DEFAULTS, agents);
    }

    /** One that gives its runs back at once when it is stopped. */
    Site hasty(AgentDefinition... agents) {
        return site(AgentRunSettings.DEFAULTS.withDrain(Duration.ofMillis(1)), agents);
    }

    Site site(AgentRunSettings settings, AgentDefinition... agents) {
        return site(broadcaster, settings, agents);
    }

    Site site(Broadcaster channels, AgentRunSettings settings, AgentDefinition... agents) {
        TenantManager manager = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(manager, EventPublisher.none());
        providers.register(provider);
        AgentRegistry registry = AgentRegistry.of(Arrays.asList(agents));
        ToolExecutor tools = ToolExecutor.builder(ToolRegistry.of(List.of()))
                .scheduler(Schedulers.boundedElastic())
                .build();
        AgentRuntime.Around around =
                AgentRuntime.Around.nothing().withConversations(conversations).withEvents(events);
        AgentRuntime runtime = AgentRuntime.of(ChatClient.create(manager, providers, List.of()), tools)
                .withAgents(registry)
                .with(around);
        AgentRunEngine.Parts parts = new AgentRunEngine.Parts(
                queue,
                new AgentRunEngine.Callees(
                        () -> Arrays.stream(agents).map(AgentDefinition::id).toList(),
                        id -> Agent.bind(registry.get(id), runtime)),
                new AgentRunEngine.Around(manager, tenants, channels, clock),
                settings);
        AgentRuns runs = AgentRunEngine.create(parts);
        workers.add(runs);
        return new Site(runs, registry, runtime.with(around.withRuns(runs)));
    }

    static Tool tool(String name, ToolHandler handler) {
        return Tool.builder(name)
                .description(name)
                .input(Schema.object().property("n", Schema.integer()))
                .handler(handler)
                .build();
    }

    static <T> T get(Mono<T> mono) {
        return Objects.requireNonNull(mono.block(SOON));
    }

    static List<ChannelMessage> all(AgentRuns runs, String runId, @Nullable String afterId) {
        return get(runs.messages(runId, afterId).collectList());
    }
}
