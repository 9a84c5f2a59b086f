package io.cortexreactive.plugin;

import org.jspecify.annotations.Nullable;

/** A hook did not let its payload pass. */
public abstract sealed class HookException extends PluginException
        permits HookFailedException, HookTimedOutException, HookVetoedException {

    private final String plugin;
    private final String hook;

    HookException(String code, String plugin, String hook, String problem, @Nullable Throwable cause) {
        super(code, "Plugin '" + plugin + "', hook '" + hook + "': " + problem, cause);
        this.plugin = plugin;
        this.hook = hook;
    }

    /** The id of the plugin that hooked in; {@code application} if no plugin did. */
    public String plugin() {
        return plugin;
    }

    /** The hook's name. */
    public String hook() {
        return hook;
    }
}
