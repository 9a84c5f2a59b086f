package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.CortexConfig;
import io.cortexreactive.CortexConfig.TenancySettings;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.examples.responder.DocumentationScript;
import java.util.Objects;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StringUtils;

/** Chooses the model by what the environment says, and opens the front door on it. */
@Configuration(proxyBeanMethods = false)
class ModelConfiguration {

    @Bean
    ModelBackend modelBackend(ExampleProperties properties) {
        String model = properties.bedrockModel();
        if (!StringUtils.hasText(model)) {
            return Objects.requireNonNull(
                    ModelBackend.simulated(DocumentationScript.create()).block());
        }
        if (!properties.everyTenantHasBedrockKey()) {
            BedrockAccess.check();
        }
        return ModelBackend.onBedrock(model);
    }

    /** Every call must say who it is for: without a tenant it is refused before anything is sent. */
    @Bean(destroyMethod = "") // RunningModel closes it
    Cortex cortex(ModelBackend backend) {
        TenancySettings tenancy = new TenancySettings(false, true, null);
        return Cortex.builder()
                .config(CortexConfig.builder().tenancy(tenancy).build())
                .provider(backend.provider())
                .interceptor(new CorrelationTag())
                // Whoever looks at the page wants to see what went wrong, and tries again by a click.
                .resilience(ChatResilience.NONE)
                .build();
    }
}
