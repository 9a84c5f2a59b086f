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
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

    @Test
    void everyEventOfAgentsCanBeChosen() {
        assertThat(EventType.ALL)
                .filteredOn(type -> type.family().equals("Agent"))
                .extracting(EventType::name)
                .containsExactlyElementsOf(Arrays.stream(AgentEvent.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .toList());
    }
}
