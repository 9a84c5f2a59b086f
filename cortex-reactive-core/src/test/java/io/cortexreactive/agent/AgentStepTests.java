package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentStep.Completed;
import io.cortexreactive.agent.AgentStep.HandedOff;
import io.cortexreactive.agent.AgentStep.IterationCompleted;
import io.cortexreactive.agent.AgentStep.Planned;
import io.cortexreactive.agent.AgentStep.Reasoning;
import io.cortexreactive.agent.AgentStep.Restarted;
import io.cortexreactive.agent.AgentStep.Retrieved;
import io.cortexreactive.agent.AgentStep.Text;
import io.cortexreactive.agent.AgentStep.ToolArguments;
import io.cortexreactive.agent.AgentStep.ToolFinished;
import io.cortexreactive.agent.AgentStep.ToolProgressed;
import io.cortexreactive.agent.AgentStep.ToolStarted;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.Usage;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import io.cortexreactive.tool.ToolResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AgentStepTests {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> PATH = List.of("main", "helper");

    static Stream<Arguments> steps() {
        ToolCall call = ToolCall.of("t1", "clock", Map.of("zone", "UTC"));
        ToolResult result = ToolResult.success(Map.of("hour", 12));
        ChatResponse said = new ChatResponse(
                Message.assistant("Noon."), Usage.of(3, 2), StopReason.END_TURN, "m", Map.of("requestId", "r"));
        AgentIteration iteration =
                new AgentIteration(2, said, List.of(new AgentToolCall(call, result)), Duration.ofMillis(5));
        AgentResponse response = new AgentResponse(
                "Noon.",
                List.of(iteration),
                List.of(Message.user("Time?"), Message.assistant("Noon.")),
                Usage.of(3, 2),
                Duration.ofSeconds(1),
                AgentStopReason.COMPLETED,
                Map.of("runId", "r1"));
        return Stream.of(
                Arguments.of(
                        "retrieved", new Retrieved(PATH, 0, RetrievedContent.of(RetrievedItem.of("Noon is 12.", 0.5)))),
                Arguments.of("planned", new Planned(PATH, 1, List.of("Look", "Answer"))),
                Arguments.of("text", new Text(PATH, 2, "Noon.")),
                Arguments.of("reasoning", new Reasoning(PATH, 2, "hm")),
                Arguments.of("tool_started", new ToolStarted(PATH, 2, 0, "t1", "clock")),
                Arguments.of("tool_arguments", new ToolArguments(PATH, 2, 0, "t1", "{\"zone\"")),
                Arguments.of("tool_progressed", new ToolProgressed(PATH, 2, 0, "t1", "half")),
                Arguments.of("tool_finished", new ToolFinished(PATH, 2, 0, call, result)),
                Arguments.of("handed_off", new HandedOff(PATH, 2, "other")),
                Arguments.of("restarted", new Restarted(PATH, 2, "cut")),
                Arguments.of("iteration_completed", new IterationCompleted(PATH, 2, iteration)),
                Arguments.of("completed", new Completed(PATH, 2, response)));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void stepsSurviveJsonAndTellTheirKind(String type, AgentStep step) {
        String json = JSON.writeValueAsString(step);
        JsonNode tree = JSON.readTree(json);

        assertThat(tree.get("type").asString()).isEqualTo(type);
        assertThat(tree.get("path")).hasSize(2);
        assertThat(JSON.readValue(json, AgentStep.class)).isEqualTo(step);
        assertThat(step.withPath(List.of("one")).path()).containsExactly("one");
        assertThat(step.withPath(List.of("one")).withPath(PATH)).isEqualTo(step);
    }
}
