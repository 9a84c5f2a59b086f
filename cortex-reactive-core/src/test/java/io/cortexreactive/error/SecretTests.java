package io.cortexreactive.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.tenant.TenantContext;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class SecretTests {

    private static final String CANARY = "sk-canary-4711";
    private static final Secret SECRET = Secret.of(CANARY);
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void printsAsStars() {
        assertThat(SECRET).hasToString("***");
    }

    @Test
    void isStarsInJson() {
        assertThat(JSON.writeValueAsString(SECRET)).isEqualTo("\"***\"");
    }

    @Test
    void isStarsInTheJsonOfWhateverHoldsIt() {
        Map<String, Object> holder = Map.of("list", List.of(SECRET), "config", ProviderConfig.ofKey(SECRET));
        assertThat(JSON.writeValueAsString(holder)).contains("***").doesNotContain(CANARY);
    }

    @Test
    void isNotInTheTextOfWhateverHoldsIt() {
        TenantContext tenant =
                TenantContext.builder("acme").apiKey("bedrock", SECRET).build();
        assertThat(List.of(ProviderConfig.ofKey(SECRET), tenant).toString()).doesNotContain(CANARY);
    }

    @Test
    void cannotBeSerializedPastTheMask() {
        assertThat(SECRET).isNotInstanceOf(Serializable.class);
    }

    @Test
    void isReadFromJson() {
        assertThat(JSON.readValue('"' + CANARY + '"', Secret.class).reveal()).isEqualTo(CANARY);
    }

    @Test
    void equalsByValue() {
        assertThat(SECRET)
                .isEqualTo(Secret.of(CANARY))
                .hasSameHashCodeAs(Secret.of(CANARY))
                .isNotEqualTo(Secret.of("another"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankIsRefused(String blank) {
        assertThatExceptionOfType(InvalidSecretException.class)
                .isThrownBy(() -> Secret.of(blank))
                .withMessageContaining("blank");
    }
}
