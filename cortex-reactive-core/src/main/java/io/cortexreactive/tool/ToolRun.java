package io.cortexreactive.tool;

import io.cortexreactive.tenant.Tenancy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What calls of tools belong to.
 *
 * @param id idempotency keys are made from it and the id of the call, so keep it when you try calls again
 * @param conversationId the conversation, if any
 * @param agentId the agent, if any
 * @param metadata for the tools: their {@link ToolContext#metadata()}
 * @param approval whom to ask where a tool requires approval; without it such calls fail
 */
public record ToolRun(
        String id,
        @Nullable String conversationId,
        @Nullable String agentId,
        Map<String, Object> metadata,
        @Nullable ToolApproval approval) {

    public ToolRun {
        Objects.requireNonNull(id, "id");
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** A run of its own. */
    public static ToolRun create() {
        return of(Tenancy.newCorrelationId());
    }

    /** A run of this id. */
    public static ToolRun of(String id) {
        return new ToolRun(id, null, null, Map.of(), null);
    }

    /** This, with somebody to ask. */
    public ToolRun withApproval(ToolApproval value) {
        return new ToolRun(id, conversationId, agentId, metadata, value);
    }

    /** This, with other metadata. */
    public ToolRun withMetadata(Map<String, Object> values) {
        return new ToolRun(id, conversationId, agentId, values, approval);
    }

    /** This, in a conversation. */
    public ToolRun inConversation(String conversation) {
        return new ToolRun(id, conversation, agentId, metadata, approval);
    }
}
