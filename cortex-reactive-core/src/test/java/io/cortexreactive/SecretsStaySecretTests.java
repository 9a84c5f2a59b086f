package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.CortexConfig.ProviderSettings;
import io.cortexreactive.error.Secret;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.util.context.Context;
import tools.jackson.databind.json.JsonMapper;

/** A canary in every public value that can hold configuration. */
class SecretsStaySecretTests {

    private static final String CANARY = "sk-canary-4711";
    private static final Map<String, Object> SETTINGS = Map.of(
            "api_key", CANARY, "access_key_id", CANARY, "secret_access_key", CANARY, "nested", Map.of("key", CANARY));

    static Stream<Object> holders() {
        ProviderConfig config = ProviderConfig.of(SETTINGS);
        ProviderSettings settings = new ProviderSettings("bedrock", config, ProviderTimeouts.DEFAULTS);
        TenantContext tenant = TenantContext.builder("acme")
                .apiKey("bedrock", CANARY)
                .providerConfig("bedrock", SETTINGS)
                .setting("password", CANARY)
                .build();
        return Stream.of(
                Secret.of(CANARY),
                config,
                config.withApiKey(Secret.of(CANARY)),
                settings,
                CortexConfig.builder().provider("bedrock", settings).build(),
                tenant,
                List.of(Map.of("tenant", tenant)));
    }

    @ParameterizedTest
    @MethodSource("holders")
    void textMasksTheSecret(Object holder) {
        assertThat(holder.toString()).contains("***").doesNotContain(CANARY);
    }

    @ParameterizedTest
    @MethodSource("holders")
    void jsonHasNoSecret(Object holder) {
        assertThat(JsonMapper.shared().writeValueAsString(holder)).doesNotContain(CANARY);
    }

    @ParameterizedTest
    @MethodSource("holders")
    void textOfTheContextThatCarriesItMasksTheSecret(Object holder) {
        assertThat(Context.of(Tenancy.TENANT_KEY, holder).toString())
                .contains("***")
                .doesNotContain(CANARY);
    }
}
