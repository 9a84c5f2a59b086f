package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tool.ToolExecutor;

/**
 * What agents run on.
 *
 * @param chat asks the model
 * @param tools runs tools; those that agents name are in its registry
 * @param tenants decides whom a run is for, once for all of it
 */
public record AgentRuntime(ChatClient chat, ToolExecutor tools, TenantManager tenants) {

    /** For runs whose tenant is the one of their Context. */
    public static AgentRuntime of(ChatClient chat, ToolExecutor tools) {
        return new AgentRuntime(chat, tools, TenantManager.contextOnly());
    }
}
