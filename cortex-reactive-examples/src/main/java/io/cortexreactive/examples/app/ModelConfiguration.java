package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.CortexConfig;
import io.cortexreactive.CortexConfig.Persistence;
import io.cortexreactive.CortexConfig.TenancySettings;
import io.cortexreactive.CortexConfig.WorkflowSettings;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.examples.backend.CallTag;
import io.cortexreactive.examples.backend.ConfiguredBackends;
import io.cortexreactive.examples.backend.SimulatedBackends;
import io.cortexreactive.examples.content.ContentTeam;
import io.cortexreactive.examples.database.RunDatabase;
import io.cortexreactive.examples.database.RunQueue;
import io.cortexreactive.examples.responder.DocumentationScript;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.examples.tools.Notes;
import io.cortexreactive.guardrail.Guardrails;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.guardrail.pii.PiiKind;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.workflow.WorkflowDefinition;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Finds the providers by what the environment says, and opens the front door on them. */
@Configuration(proxyBeanMethods = false)
class ModelConfiguration {

    /** The guardrail that calls can ask for. */
    static final String CARDS = "card-numbers";

    /** What a node has not done by then at the end, it does again at the next start. */
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** Somebody who has killed the application in the middle of a run waits for no more than this at the next start. */
    private static final EngineSettings.Lease SHORT =
            new EngineSettings.Lease(Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofSeconds(6));

    @Bean
    Notes notes() {
        return new Notes();
    }

    @Bean
    ExtractiveResponder documentation() {
        return ExtractiveResponder.overProjectDocumentation();
    }

    @Bean
    Backends backends(ExampleProperties properties) {
        List<Backend> configured = properties.simulate()
                ? List.of()
                : ConfiguredBackends.make(properties.providers(), properties.everyTenantHasBedrockKey());
        return configured.isEmpty() ? simulated(properties.pace()) : new Backends(configured, null);
    }

    private static Backends simulated(double pace) {
        return Objects.requireNonNull(SimulatedBackends.start(DocumentationScript.create(CallTag::of, pace))
                .block());
    }

    /** Every call must say who it is for: without a tenant it is refused before anything is sent. */
    @Bean(destroyMethod = "") // RunningModel closes it
    Cortex cortex(
            Backends backends,
            List<ChatInterceptor> interceptors,
            ExtractiveResponder documentation,
            Notes notes,
            TenantResolver tenants,
            RunDatabase runs,
            RunQueue queue,
            AgentRunSettings background,
            Broadcaster channels,
            WorkflowDefinition contentPipeline) {
        Cortex.Builder cortex = Cortex.builder()
                .config(config())
                .tenantResolver(tenants)
                .runStore(runs.store())
                .agentRunQueue(queue.queue())
                .agentRunSettings(background)
                .broadcaster(channels);
        backends.all().forEach(backend -> cortex.provider(backend.provider()));
        interceptors.forEach(cortex::interceptor);
        ChatTools.create(Clock.systemUTC(), documentation, notes).forEach(cortex::tool);
        ContentTeam.agents().forEach(cortex::agent);
        cortex.workflow(contentPipeline);
        cortex.guardrail(Guardrails.onOutput(
                PiiGuardrail.builder().id(CARDS).kinds(PiiKind.CARD).build()));
        return cortex.build();
    }

    private static CortexConfig config() {
        EngineSettings usual = EngineSettings.DEFAULTS;
        EngineSettings engine = new EngineSettings(
                usual.queue(), usual.concurrency(), SHORT, usual.scan(), DRAIN, usual.maxStateBytes());
        return CortexConfig.builder()
                .tenancy(new TenancySettings(false, true, null))
                .workflow(new WorkflowSettings(engine, Persistence.DEFAULTS))
                .build();
    }
}
