package io.cortexreactive.tool;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tenant.Tenancy;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What calls of tools belong to.
 *
 * @param id idempotency keys are made from it and the id of the call, so keep it when you try calls again
 * @param conversationId the conversation, if any
 * @param agentId the agent, if any
 * @param metadata for the tools: their {@link ToolContext#metadata()}
 * @param approval whom to ask where a tool requires approval; without it such calls fail
 * @param names names each call once, as it is begun, for its idempotency key; null to name calls by their ids
 */
public record ToolRun(
        String id,
        @Nullable String conversationId,
        @Nullable String agentId,
        Map<String, Object> metadata,
        @Nullable ToolApproval approval,
        @Nullable Function<ToolCall, String> names) {

    public ToolRun {
        Objects.requireNonNull(id, "id");
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Notes calls of tools that run {@linkplain Tool#atMostOnce() at most once}, over all attempts at a run. The
     * executor finds it in its Context under this class; without it, each call is the first.
     */
    @FunctionalInterface
    public interface Journal {

        /**
         * Notes that a call is about to be made.
         *
         * @return false if it was noted by an attempt before; an error ends the run, and the call is not made
         */
        Mono<Boolean> begin(ToolCall call, ToolContext context);
    }

    /** One that names calls by their ids. */
    public ToolRun(
            String id,
            @Nullable String conversationId,
            @Nullable String agentId,
            Map<String, Object> metadata,
            @Nullable ToolApproval approval) {
        this(id, conversationId, agentId, metadata, approval, null);
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
        return new ToolRun(id, conversationId, agentId, metadata, value, names);
    }

    /** This, with other metadata. */
    public ToolRun withMetadata(Map<String, Object> values) {
        return new ToolRun(id, conversationId, agentId, values, approval, names);
    }

    /** This, in a conversation. */
    public ToolRun inConversation(String conversation) {
        return new ToolRun(id, conversation, agentId, metadata, approval, names);
    }

    /** This, which names calls otherwise than by their ids, which a model may choose anew. */
    public ToolRun naming(Function<ToolCall, String> value) {
        return new ToolRun(id, conversationId, agentId, metadata, approval, value);
    }

    /** The same text for calls of a tool with equal arguments, in whichever order they have them, and no others'. */
    public static String contentOf(ToolCall call) {
        return call.name() + ":" + ToolJson.digest(call.input());
    }

    String nameOf(ToolCall call) {
        return names == null ? call.id() : names.apply(call);
    }
}
