package io.cortexreactive.agent;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tool.ToolExecutor;

/**
 * What agents run on.
 *
 * @param chat asks the model
 * @param tools runs tools; those that agents name are in its registry
 * @param tenants decides whom a run is for, once for all of it
 * @param plugins whose {@link AgentHooks} are applied
 */
public record AgentRuntime(ChatClient chat, ToolExecutor tools, TenantManager tenants, PluginManager plugins) {

    /** Without plugins, for runs whose tenant is the one of their Context. */
    public static AgentRuntime of(ChatClient chat, ToolExecutor tools) {
        PluginManager none = PluginManager.create(PluginSettings.DEFAULTS);
        return new AgentRuntime(chat, tools, TenantManager.contextOnly(), none);
    }

    /** This, with plugins. */
    public AgentRuntime withPlugins(PluginManager value) {
        return new AgentRuntime(chat, tools, tenants, value);
    }
}
