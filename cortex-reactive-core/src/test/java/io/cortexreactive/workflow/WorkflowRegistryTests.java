package io.cortexreactive.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.cortexreactive.agent.AgentNotFoundException;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.workflow.WorkflowEngine.Parts.Callees;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowRegistered;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class WorkflowRegistryTests {

    private final RecordingEvents events = new RecordingEvents();
    private final WorkflowRegistry registry = WorkflowRegistry.create(events);

    private static WorkflowDefinition workflow(String id, String version) {
        return Workflow.define(id)
                .version(version)
                .callback("a", context -> Mono.just(NodeResult.of(1)))
                .build();
    }

    @Test
    void workflowsAreFoundByIdAndVersion() {
        WorkflowDefinition one = workflow("a", "1");
        WorkflowDefinition two = workflow("a", "2");
        WorkflowDefinition other = workflow("b", "1");
        registry.register(one);
        registry.register(two);
        registry.register(other);

        assertThat(registry.get("a")).isSameAs(two);
        assertThat(registry.get("a", "1")).isSameAs(one);
        assertThat(registry.find("b")).containsSame(other);
        assertThat(registry.find("c")).isEmpty();
        assertThat(registry.has("b")).isTrue();
        assertThat(registry.has("c")).isFalse();
        assertThat(registry.all()).containsExactly(one, two, other);
    }

    @Test
    void unknownOneIsAnErrorThatNamesThoseThereAre() {
        assertThatExceptionOfType(WorkflowNotFoundException.class)
                .isThrownBy(() -> registry.get("a"))
                .withMessage("There is no workflow 'a'. There are none.");
        registry.register(workflow("a", "1"));
        registry.register(workflow("a", "2"));

        assertThatExceptionOfType(WorkflowNotFoundException.class)
                .isThrownBy(() -> registry.get("b"))
                .withMessage("There is no workflow 'b'. There are: a.");
        assertThatExceptionOfType(WorkflowNotFoundException.class)
                .isThrownBy(() -> registry.get("a", "3"))
                .withMessage("There is no workflow 'a@3'. There are: a@1, a@2.");
    }

    @Test
    void anotherOneOfTheSameVersionIsRefused() {
        WorkflowDefinition first = workflow("a", "1");
        registry.register(first);

        assertThatExceptionOfType(WorkflowDefinitionException.class)
                .isThrownBy(() -> registry.register(another("a")))
                .withMessageContaining("another one is known as version '1'");
        assertThat(registry.get("a")).isSameAs(first);
    }

    private static WorkflowDefinition another(String id) {
        return Workflow.define(id)
                .callback("a", context -> Mono.just(NodeResult.of(2)))
                .build();
    }

    @Test
    void equalOneIsTheSame() {
        WorkflowDefinition first = workflow("a", "1");
        registry.register(first);
        registry.register(workflow("a", "1"));

        assertThat(workflow("a", "1")).isEqualTo(first).hasSameHashCodeAs(first);
        assertThat(another("a")).isNotEqualTo(first);
        assertThat(registry.get("a")).isSameAs(first);
        assertThat(events.all()).hasSize(1);
    }

    @Test
    void anotherOneOfTheSameVersionIsNotBound() {
        WorkflowDefinition registered = workflow("a", "1");
        registry.register(registered);
        WorkflowEngine engine = WorkflowEngine.create(
                WorkflowEngine.Parts.of(RunStore.inMemory()).withWorkflows(registry));
        engine.bind(registered);
        engine.bind(workflow("a", "1"));
        engine.bind(workflow("b", "1"));
        engine.bind(workflow("b", "2"));

        assertThatExceptionOfType(WorkflowDefinitionException.class)
                .isThrownBy(() -> engine.bind(another("a")))
                .withMessageContaining("new version");
        assertThatExceptionOfType(WorkflowDefinitionException.class).isThrownBy(() -> engine.bind(another("b")));
    }

    @Test
    void oneThatIsRegisteredAgainIsTheLatest() {
        WorkflowDefinition one = workflow("a", "1");
        registry.register(one);
        registry.register(workflow("a", "2"));
        registry.register(one);

        assertThat(registry.get("a")).isSameAs(one);
        assertThat(registry.all()).hasSize(2);
    }

    @Test
    void registeringIsToldOnce() {
        WorkflowDefinition one = workflow("a", "1");
        registry.register(one);
        registry.register(one);

        assertThat(events.only(WorkflowRegistered.class).workflow()).isEqualTo("a");
        assertThat(events.all()).hasSize(1);
    }

    @Test
    void registryWhoseEventsNobodyWantsTellsNothing() {
        WorkflowRegistry quiet = WorkflowRegistry.create(EventPublisher.none());
        quiet.register(workflow("a", "1"));

        assertThat(quiet.has("a")).isTrue();
    }

    @Test
    void runtimeWithoutAgentsSaysThatThereAreNone() {
        Callees none = Callees.none();

        assertThatExceptionOfType(AgentNotFoundException.class)
                .isThrownBy(() -> none.agents().apply("writer"))
                .withMessage("There is no agent 'writer'. There are none.");
        assertThat(none.tools().tools().all()).isEmpty();
    }
}
