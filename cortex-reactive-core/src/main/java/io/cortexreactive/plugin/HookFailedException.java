package io.cortexreactive.plugin;

import io.cortexreactive.error.Lasting;

/** A hook threw, failed, or returned something that is no payload. */
public final class HookFailedException extends HookException implements Lasting {

    HookFailedException(String plugin, String hook, Throwable cause) {
        super("hook_failed", plugin, hook, "failed: " + cause, cause);
    }
}
