package io.cortexreactive.plugin;

import io.cortexreactive.error.Lasting;

/** A plugin failed or hung while it was registered, booted or shut down. */
public final class PluginFailedException extends PluginException implements Lasting {

    private final String plugin;
    private final String step;

    PluginFailedException(String plugin, String step, Throwable cause) {
        super("plugin_failed", "Plugin '" + plugin + "' failed to " + step + ": " + cause, cause);
        this.plugin = plugin;
        this.step = step;
    }

    /** The plugin's id. */
    public String plugin() {
        return plugin;
    }

    /** {@code register}, {@code boot} or {@code shut down}. */
    public String step() {
        return step;
    }
}
