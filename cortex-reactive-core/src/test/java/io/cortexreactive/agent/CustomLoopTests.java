package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.tool.ToolResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class CustomLoopTests extends AgentFixture {

    private static final AgentLoop TWICE = run -> Flux.concat(turns(run), Flux.defer(() -> again(run)));

    private static Flux<AgentStep> again(AgentRun run) {
        return run.say(Message.user("Again.")).thenMany(turns(run));
    }

    private static Flux<AgentStep> turns(AgentRun run) {
        return run.turn().repeat(run::goesOn);
    }

    private Agent twice(AgentLimits limits) {
        return Agent.bind(
                Agent.define("helper")
                        .tools(counter(), tool("stop", (input, context) -> Mono.just(ToolResult.stop("Stopped."))))
                        .limits(limits)
                        .loop(TWICE)
                        .build(),
                runtime());
    }

    @Test
    void turnTakesUpARunThatTheModelWasDoneWith() {
        provider.enqueue(ScriptedReply.text("One."), call("t1", "count"), ScriptedReply.text("Two."));
        AgentResponse response = run(twice(AgentLimits.NONE));

        assertThat(response.output()).isEqualTo("Two.");
        assertThat(response.stopReason()).isEqualTo(AgentStopReason.COMPLETED);
        assertThat(response.iterations()).hasSize(3);
    }

    @ParameterizedTest
    @EnumSource(names = {"MAX_ITERATIONS", "MAX_TOTAL_TOKENS"})
    void turnAsksNothingOnceALimitIsReached(AgentStopReason limit) {
        boolean iterations = limit == AgentStopReason.MAX_ITERATIONS;
        AgentLimits limits = iterations ? AgentLimits.iterations(1) : AgentLimits.NONE.withMaxTokens(5);
        provider.enqueue(
                ScriptedReply.builder().text("One.").usage(Usage.of(9, 1)).build(), ScriptedReply.text("Two."));
        AgentResponse response = run(twice(limits));

        assertThat(response.output()).isEqualTo("One.");
        assertThat(response.stopReason()).isEqualTo(limit);
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void turnAsksNothingOnceAToolSaidToStop() {
        provider.enqueue(call("t1", "stop"), ScriptedReply.text("Two."));
        AgentResponse response = run(twice(AgentLimits.NONE));

        assertThat(response.output()).isEqualTo("Stopped.");
        assertThat(response.stopReason()).isEqualTo(AgentStopReason.TOOL_STOP);
        assertThat(provider.requests()).hasSize(1);
    }

    @Test
    void whatALoopSaysIsKept() {
        provider.enqueue(ScriptedReply.text("One."), ScriptedReply.text("Two."));

        assertThat(run(twice(AgentLimits.NONE)).messages())
                .isEqualTo(List.of(
                        Message.user("Go"),
                        Message.assistant("One."),
                        Message.user("Again."),
                        Message.assistant("Two.")));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Timeout(20)
    void loopThatRepeatsForEverEndsAtTheLimit(boolean resumes) {
        provider.enqueue(ScriptedReply.text("No. 1"), ScriptedReply.text("No. 2"), ScriptedReply.text("No. 3"));
        AgentLoop endless = run -> resumes
                ? run.turn().onErrorResume(error -> Mono.empty()).repeat()
                : run.turn().repeat();
        AgentResponse response = run(
                Agent.bind(Agent.define("helper").maxIterations(3).loop(endless).build(), runtime()));

        assertThat(response.stopReason()).isEqualTo(AgentStopReason.MAX_ITERATIONS);
        assertThat(response.output()).isEqualTo("No. 3");
        assertThat(provider.requests()).hasSize(3);
    }

    @Test
    @Timeout(20)
    void loopThatRepeatsForEverEndsWhereAnotherAgentTakesOver() {
        AgentDefinition other = Agent.define("other").build();
        AgentDefinition helper = Agent.define("helper")
                .handOffs("other")
                .loop(run -> run.turn().repeat())
                .build();
        provider.enqueue(ScriptedReply.toolCall("h1", "hand_off_to_other", Map.of()), ScriptedReply.text("Mine."));
        AgentRuntime runtime = runtime().withAgents(AgentRegistry.of(List.of(helper, other)));

        assertThat(run(Agent.bind(helper, runtime)).output()).isEqualTo("Mine.");
    }
}
