package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.CortexConfig;
import io.cortexreactive.CortexConfig.TenancySettings;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.examples.backend.CallTag;
import io.cortexreactive.examples.backend.ConfiguredBackends;
import io.cortexreactive.examples.backend.SimulatedBackends;
import io.cortexreactive.examples.responder.DocumentationScript;
import io.cortexreactive.examples.responder.ExtractiveResponder;
import io.cortexreactive.examples.tools.ChatTools;
import io.cortexreactive.examples.tools.Notes;
import io.cortexreactive.guardrail.Guardrails;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.guardrail.pii.PiiKind;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Finds the providers by what the environment says, and opens the front door on them. */
@Configuration(proxyBeanMethods = false)
class ModelConfiguration {

    /** The guardrail that calls can ask for. */
    static final String CARDS = "card-numbers";

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
        return configured.isEmpty() ? simulated() : new Backends(configured, null);
    }

    private static Backends simulated() {
        return Objects.requireNonNull(
                SimulatedBackends.start(DocumentationScript.create(CallTag::of)).block());
    }

    /** Every call must say who it is for: without a tenant it is refused before anything is sent. */
    @Bean(destroyMethod = "") // RunningModel closes it
    Cortex cortex(
            Backends backends, List<ChatInterceptor> interceptors, ExtractiveResponder documentation, Notes notes) {
        TenancySettings tenancy = new TenancySettings(false, true, null);
        Cortex.Builder cortex =
                Cortex.builder().config(CortexConfig.builder().tenancy(tenancy).build());
        backends.all().forEach(backend -> cortex.provider(backend.provider()));
        interceptors.forEach(cortex::interceptor);
        ChatTools.create(Clock.systemUTC(), documentation, notes).forEach(cortex::tool);
        cortex.guardrail(Guardrails.onOutput(
                PiiGuardrail.builder().id(CARDS).kinds(PiiKind.CARD).build()));
        return cortex.build();
    }
}
