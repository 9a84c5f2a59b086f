package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.agent.AgentEvent.AgentRegistered;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.provider.RecordingEvents;
import org.junit.jupiter.api.Test;

class AgentRegistryTests {

    private final RecordingEvents events = new RecordingEvents();
    private final AgentRegistry registry = AgentRegistry.create(events);

    private static AgentDefinition agent(String id) {
        return Agent.define(id).build();
    }

    @Test
    void agentsAreFoundById() {
        AgentDefinition writer = agent("writer");
        registry.register(writer);

        assertThat(registry.get("writer")).isSameAs(writer);
        assertThat(registry.find("writer")).containsSame(writer);
        assertThat(registry.has("writer")).isTrue();
        assertThat(registry.find("other")).isEmpty();
        assertThat(registry.has("other")).isFalse();
    }

    @Test
    void unknownIdIsAnErrorThatNamesThoseThereAre() {
        assertThatExceptionOfType(AgentNotFoundException.class)
                .isThrownBy(() -> registry.get("writer"))
                .withMessageContaining("none");
        registry.register(agent("writer"));
        registry.register(agent("editor"));

        assertThatExceptionOfType(AgentNotFoundException.class)
                .isThrownBy(() -> registry.get("writr"))
                .withMessage("There is no agent 'writr'. There are: writer, editor.")
                .satisfies(error -> assertThat(error.code()).isEqualTo("agent_not_found"));
    }

    @Test
    void agentOfTheSameIdIsReplacedInItsPlace() {
        AgentDefinition other = agent("a");
        registry.register(agent("a"));
        registry.register(agent("b"));
        registry.register(other);

        assertThat(registry.all()).extracting(AgentDefinition::id).containsExactly("a", "b");
        assertThat(registry.get("a")).isSameAs(other);
    }

    @Test
    void registeringIsTold() {
        registry.register(agent("writer"));

        assertThat(events.only(AgentRegistered.class).agent()).isEqualTo("writer");
    }

    @Test
    void nothingIsToldThatNobodyWants() {
        AgentRegistry quiet = AgentRegistry.create(new EventPublisher() {
            @Override
            public boolean wants(Class<? extends CortexEvent> type) {
                return false;
            }

            @Override
            public void publish(CortexEvent event) {
                throw new AssertionError("published: " + event);
            }
        });
        quiet.register(agent("writer"));

        assertThat(quiet.has("writer")).isTrue();
    }
}
