package io.cortexreactive.plugin;

import io.cortexreactive.error.Transient;
import java.time.Duration;

/** A hook took too long, and was cancelled. */
public final class HookTimedOutException extends HookException implements Transient {

    HookTimedOutException(String plugin, String hook, Duration timeout) {
        super("hook_timed_out", plugin, hook, "took longer than " + timeout, null);
    }
}
