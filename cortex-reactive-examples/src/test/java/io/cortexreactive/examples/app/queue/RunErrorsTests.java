package io.cortexreactive.examples.app.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.examples.research.ShownSteps;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tool.ToolResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What pages are told of an error that another library wrote for its own readers. */
class RunErrorsTests {

    private static final ErrorInfo FOREIGN =
            ErrorInfo.of(new IllegalStateException("jdbc:postgresql://user:password@host"));

    @Test
    void theEndOfARunLeavesItsMessageOut() {
        assertThat(RunController.event(ChannelMessage.end("1-0", FOREIGN)).data())
                .isEqualTo(new ErrorInfo("internal", "An error occurred.", false));
    }

    @Test
    void aToolThatFailedLeavesItOut() {
        ToolResult failed = ToolResult.error(FOREIGN.message()).with(ToolResult.FOREIGN, true);
        AgentStep step =
                new AgentStep.ToolFinished(List.of("desk"), 1, 0, ToolCall.of("c1", "search", Map.of()), failed);

        assertThat(ShownSteps.of(step))
                .isInstanceOfSatisfying(
                        AgentStep.ToolFinished.class,
                        shown -> assertThat(shown.result().error()).isEqualTo("The tool failed."));
    }

    @Test
    void aListOfRunsLeavesItOut() {
        AgentRuns.Info run =
                new AgentRuns.Info("r1", "desk", AgentRunStatus.FAILED, 1, Instant.EPOCH, null, null, FOREIGN, null);

        assertThat(RunLine.of(run).error()).isEqualTo(FOREIGN.shown());
    }
}
