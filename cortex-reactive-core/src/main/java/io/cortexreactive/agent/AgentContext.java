package io.cortexreactive.agent;

import io.cortexreactive.tool.ToolApproval;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run belongs to and may use.
 *
 * @param conversationId the conversation, if any
 * @param variables for the agent's prompt and for the tools, which find them in
 *     {@link io.cortexreactive.tool.ToolContext#metadata()}
 * @param limits tighter than the agent's own
 * @param approval whom to ask where a tool requires approval, sub-agents' tools included; without it the run fails that
 *     calls such a tool, and where that is a sub-agent's, the caller's model reads so
 * @param idempotencyKey the same for each attempt at what the run is for, and nothing else's. With it, a call of a tool
 *     has the same {@link io.cortexreactive.tool.ToolContext#idempotencyKey()} in each attempt that makes it; without
 *     it, calls have keys of this run alone
 */
public record AgentContext(
        @Nullable String conversationId,
        Map<String, Object> variables,
        AgentLimits limits,
        @Nullable ToolApproval approval,
        @Nullable String idempotencyKey) {

    /** Belongs to nothing. */
    public static final AgentContext NONE = new AgentContext(null, Map.of(), AgentLimits.NONE);

    public AgentContext {
        variables = variables == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        limits = limits == null ? AgentLimits.NONE : limits;
    }

    /** With nobody to ask for approval. */
    public AgentContext(@Nullable String conversationId, Map<String, Object> variables, AgentLimits limits) {
        this(conversationId, variables, limits, null, null);
    }

    /** Belongs to a conversation. */
    public static AgentContext conversation(String id) {
        return new AgentContext(id, Map.of(), AgentLimits.NONE);
    }

    /** This, with somebody to ask for approval. */
    public AgentContext withApproval(ToolApproval value) {
        return new AgentContext(conversationId, variables, limits, value, idempotencyKey);
    }

    /** This, with variables for prompt and tools. */
    public AgentContext withVariables(Map<String, Object> values) {
        return new AgentContext(conversationId, values, limits, approval, idempotencyKey);
    }

    /** This, with limits. */
    public AgentContext withLimits(AgentLimits value) {
        return new AgentContext(conversationId, variables, value, approval, idempotencyKey);
    }

    /** This, in an attempt at something that has this key in each attempt. */
    public AgentContext withIdempotencyKey(String value) {
        return new AgentContext(conversationId, variables, limits, approval, value);
    }
}
