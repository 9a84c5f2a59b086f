package io.cortexreactive.plugin;

import io.cortexreactive.error.Lasting;

/** A plugin said no. */
public final class HookVetoedException extends HookException implements Lasting {

    private final String reason;

    HookVetoedException(String plugin, String hook, String reason) {
        super("hook_vetoed", plugin, hook, reason, null);
        this.reason = reason;
    }

    /** What the plugin said. */
    public String reason() {
        return reason;
    }
}
