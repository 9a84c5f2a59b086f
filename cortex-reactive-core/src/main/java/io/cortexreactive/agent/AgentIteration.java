package io.cortexreactive.agent;

import io.cortexreactive.message.ChatResponse;
import java.time.Duration;
import java.util.List;

/**
 * The model's answer, and what came of the tools it called.
 *
 * @param number from 1
 * @param response what the model said
 * @param toolCalls the tools it called, in its order
 * @param duration of the model's answer and the tools together
 */
public record AgentIteration(int number, ChatResponse response, List<AgentToolCall> toolCalls, Duration duration) {

    public AgentIteration {
        toolCalls = List.copyOf(toolCalls);
    }
}
