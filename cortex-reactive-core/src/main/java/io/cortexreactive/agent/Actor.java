package io.cortexreactive.agent;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ToolDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who acts in a run: the agent that was run, or the one that it was handed to.
 *
 * @param runtime narrowed to what the agent has
 * @param instruction what its model is told first
 * @param metadata of its requests
 * @param tools as the model sees them
 */
record Actor(
        AgentDefinition definition,
        AgentRuntime runtime,
        @Nullable String instruction,
        Map<String, Object> metadata,
        List<ToolDefinition> tools) {

    /** @param about what the requests say of the instruction */
    static Actor of(
            AgentDefinition definition, AgentRuntime runtime, @Nullable String instruction, Map<String, Object> about) {
        Map<String, Object> metadata = new LinkedHashMap<>(about);
        metadata.put("agentId", definition.id());
        return new Actor(
                definition,
                runtime,
                instruction,
                metadata,
                runtime.tools().tools().definitions());
    }

    Actor inRun(String runId) {
        Map<String, Object> more = new LinkedHashMap<>(metadata);
        more.put("runId", runId);
        return new Actor(definition, runtime, instruction, more, tools);
    }

    ChatRequest request(List<Message> messages) {
        return new ChatRequest(messages, instruction, definition.model(), definition.options(), tools, null, metadata);
    }
}
