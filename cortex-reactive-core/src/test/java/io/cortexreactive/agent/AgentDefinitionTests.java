package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentDefinitionTests {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\0b", "half \uD83D"})
    void anIdThatNoQueueCanKeepIsRefused(String id) {
        assertThatExceptionOfType(AgentConfigurationException.class)
                .isThrownBy(() -> Agent.define(id))
                .withMessageStartingWith("An agent's id ");
    }

    @Test
    void anIdMayHaveSoManyBytes() {
        assertThat(Agent.define("x".repeat(600)).build().id()).hasSize(600);
        assertThatExceptionOfType(AgentConfigurationException.class)
                .isThrownBy(() -> Agent.define("x".repeat(601)))
                .withMessage("An agent's id has more than 600 bytes.");
        assertThatExceptionOfType(AgentConfigurationException.class)
                .isThrownBy(() -> Agent.supervisor("é".repeat(301)));
    }
}
