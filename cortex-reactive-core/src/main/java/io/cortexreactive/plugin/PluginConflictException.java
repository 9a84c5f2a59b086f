package io.cortexreactive.plugin;

import io.cortexreactive.error.Lasting;

/** What was asked for contradicts what there is: a second service, another type, a plugin that comes too late. */
public final class PluginConflictException extends PluginException implements Lasting {

    PluginConflictException(String message) {
        super("plugin_conflict", message, null);
    }
}
