package io.cortexreactive.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SecretTests {

    private final Secret secret = Secret.of("canary");

    @Test
    void isNeverPrinted() {
        assertThat(secret).hasToString("***");
    }

    @Test
    void isNeverWrittenAsJson() {
        assertThat(JsonMapper.shared().writeValueAsString(secret)).isEqualTo("\"***\"");
    }

    @Test
    void isReadFromJson() {
        assertThat(JsonMapper.shared().readValue("\"canary\"", Secret.class)).isEqualTo(secret);
    }

    @Test
    void blankIsRefused() {
        assertThatThrownBy(() -> Secret.of("\t")).isInstanceOf(InvalidSecretException.class);
    }

    @Test
    void revealsItself() {
        assertThat(secret.reveal()).isEqualTo("canary");
    }
}
