package io.cortexreactive.tool;

import io.cortexreactive.message.ToolCall;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * What a tool may know of the call it answers. The tenant and the correlation id are in the Reactor Context too.
 *
 * @param callId the {@link ToolCall#id()}
 * @param conversationId the conversation it belongs to, if any
 * @param agentId the agent that runs it, if one does
 * @param tenantId whom it is for, if anybody in particular
 * @param idempotencyKey the same for each attempt at this call, and no other's: hand it to services that do a thing
 *     once for a key
 * @param metadata what whoever started the run gave along
 */
public record ToolContext(
        String callId,
        @Nullable String conversationId,
        @Nullable String agentId,
        @Nullable String tenantId,
        String idempotencyKey,
        Map<String, Object> metadata) {

    static final String CORRELATION_ID = "correlationId";
    private static final String CALL_INDEX = "callIndex";

    public ToolContext {
        metadata = metadata == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** Ties together what belongs to one call of the application; also in {@code metadata}. */
    public Optional<String> correlationId() {
        return Optional.ofNullable(metadata.get(CORRELATION_ID)).map(String::valueOf);
    }

    /** The position of the call among those asked for with it, from 0; also in {@code metadata}. */
    public int callIndex() {
        return metadata.get(CALL_INDEX) instanceof Integer index ? index : 0;
    }

    /** @param index the position of the call among those asked for with it */
    static ToolContext of(ToolRun run, ToolCall call, int index, String key, ContextView context) {
        Map<String, Object> metadata = new LinkedHashMap<>(run.metadata());
        metadata.put(CALL_INDEX, index);
        Tenancy.correlationId(context).ifPresent(id -> metadata.put(CORRELATION_ID, id));
        return new ToolContext(
                call.id(),
                run.conversationId(),
                run.agentId(),
                Tenancy.tenant(context).map(TenantContext::id).orElse(null),
                key,
                metadata);
    }

    /** @param copy which of the calls of this name it is, from 1 */
    static String key(ToolRun run, String name, int copy) {
        return run.id() + "/" + escaped(name) + (copy == 1 ? "" : "#" + copy);
    }

    /** A model chooses the ids of calls, and none may look like another run's call or a copy. */
    private static String escaped(String name) {
        return name.replace("%", "%25").replace("/", "%2F").replace("#", "%23");
    }
}
