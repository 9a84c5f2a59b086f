package io.cortexreactive.agent;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Usage;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a run came to.
 *
 * @param output the text of the model's last answer, which may have broken off where time was up; where a tool said to
 *     stop, what that tool gave
 * @param iterations the latest of those that were done, as many as {@link AgentDefinition#traceLimit()} says
 * @param messages the input, and what was said in the iterations that were kept; each tool call is followed by its
 *     result
 * @param totalUsage the tokens of all answers, and of those of sub-agents; estimated where one broke off
 * @param duration of the whole run
 * @param stopReason why it ended
 * @param metadata {@code runId}; {@code iterations}, of which there may have been more than were kept; and where a
 *     retriever was asked, {@link io.cortexreactive.retrieval.Augmented#metadata() what it found and cost}
 */
public record AgentResponse(
        String output,
        List<AgentIteration> iterations,
        List<Message> messages,
        Usage totalUsage,
        Duration duration,
        AgentStopReason stopReason,
        Map<String, Object> metadata) {

    public AgentResponse {
        iterations = List.copyOf(iterations);
        messages = List.copyOf(messages);
        metadata = Map.copyOf(metadata);
    }
}
