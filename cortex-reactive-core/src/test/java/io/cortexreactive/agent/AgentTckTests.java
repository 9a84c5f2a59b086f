package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.ToolExecutor;
import io.cortexreactive.tool.ToolRegistry;
import java.util.List;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.Test;
import reactor.core.scheduler.Schedulers;

/** The Reactive Streams contract; run by TestNG's engine. */
@Test
public class AgentTckTests extends PublisherVerification<AgentStep> {

    /** The end of the iteration, and of the run. */
    private static final int ENDS = 2;

    /** For the TestNG engine. */
    public AgentTckTests() {
        super(new TestEnvironment(500, 50, false));
    }

    @Override
    public Publisher<AgentStep> createPublisher(long elements) {
        // A run has two steps at least; for fewer, only the first are asked for.
        long words = Math.max(0, Math.min(elements, 100_000) - ENDS);
        return agent(ScriptedReply.builder().repeat("word ", words).build()).stream("Go")
                .take(elements, true);
    }

    @Override
    public Publisher<AgentStep> createFailedPublisher() {
        return agent().stream("Go");
    }

    private static Agent agent(ScriptedReply... replies) {
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(
                ScriptedProvider.builder().script(asked -> replies[0]).build());
        ToolExecutor tools = ToolExecutor.builder(ToolRegistry.of(List.of()))
                .scheduler(Schedulers.immediate())
                .build();
        return Agent.bind(
                Agent.define("helper").build(),
                AgentRuntime.of(ChatClient.create(tenants, providers, List.of()), tools));
    }
}
