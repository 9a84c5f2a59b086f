package io.cortexreactive.examples.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentEvent;
import io.cortexreactive.agent.AgentEvent.AgentIterationStarted;
import io.cortexreactive.agent.AgentEvent.AgentRegistered;
import io.cortexreactive.agent.AgentEvent.AgentRunCompleted;
import io.cortexreactive.agent.AgentEvent.AgentRunFailed;
import io.cortexreactive.agent.AgentEvent.AgentToolCalled;
import io.cortexreactive.agent.AgentState;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.event.EventMeta;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.workflow.RunTimes;
import io.cortexreactive.workflow.WorkflowEvent;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowBranchTaken;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowCompleted;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowFailed;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeEntered;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowNodeExited;
import io.cortexreactive.workflow.WorkflowEvent.WorkflowPaused;
import io.cortexreactive.workflow.WorkflowState;
import io.cortexreactive.workflow.WorkflowStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventLineTests {

    private static final EventMeta META = EventMeta.now();
    private static final Message INPUT = Message.user("Go");

    static Stream<Arguments> agentEvents() {
        AgentState state = new AgentState("r", null, 2, 1, Usage.NONE);
        return Stream.of(
                Arguments.of(new AgentRegistered(META, "writer"), "writer"),
                Arguments.of(new AgentIterationStarted(META, "writer", 2, state), "writer, iteration 2"),
                Arguments.of(new AgentToolCalled(META, "writer", "clock", Map.of()), "writer, clock"),
                Arguments.of(new AgentRunCompleted(META, "writer", INPUT, "Done.", 1), "writer, 1 iteration"),
                Arguments.of(
                        new AgentRunFailed(META, "writer", INPUT, new ErrorInfo("timeout", "Too late.", true), 2),
                        "writer, timeout"));
    }

    @ParameterizedTest
    @MethodSource("agentEvents")
    void eventsOfAgentsAreShownInAFewWords(AgentEvent event, String summary) {
        EventLine line = EventLine.of(event);

        assertThat(line.summary()).isEqualTo(summary);
        assertThat(line.family()).isEqualTo("Agent");
    }

    static Stream<Arguments> workflowEvents() {
        WorkflowState state = new WorkflowState(
                "content",
                "1",
                "r",
                null,
                "approve",
                WorkflowStatus.PAUSED,
                Map.of(),
                List.of(),
                null,
                new RunTimes(null, null));
        ErrorInfo late = new ErrorInfo("timeout", "Too late.", true);
        return Stream.of(
                Arguments.of(new WorkflowNodeEntered(META, "content", "write", state), "content, write"),
                Arguments.of(new WorkflowNodeExited(META, "content", "write", state, "A text."), "content, write"),
                Arguments.of(new WorkflowBranchTaken(META, "content", "check", "publish"), "content, check → publish"),
                Arguments.of(new WorkflowPaused(META, "content", state, "May it?"), "content, approve: May it?"),
                Arguments.of(new WorkflowCompleted(META, "content", Map.of(), Map.of()), "content"),
                Arguments.of(new WorkflowFailed(META, "content", state, late), "content, timeout"));
    }

    @ParameterizedTest
    @MethodSource("workflowEvents")
    void eventsOfWorkflowsAreShownInAFewWords(WorkflowEvent event, String summary) {
        EventLine line = EventLine.of(event);

        assertThat(line.summary()).isEqualTo(summary);
        assertThat(line.family()).isEqualTo("Workflow");
    }

    @ParameterizedTest
    @ValueSource(classes = {AgentEvent.class, WorkflowEvent.class})
    void everyEventOfAFamilyCanBeChosen(Class<?> family) {
        assertThat(EventType.ALL)
                .extracting(EventType::name)
                .containsAll(Arrays.stream(family.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
    }
}
