package io.cortexreactive.plugin;

import io.cortexreactive.error.CortexException;
import org.jspecify.annotations.Nullable;

/** Something about plugins went wrong. */
public abstract sealed class PluginException extends CortexException
        permits PluginConflictException,
                PluginDiscoveryException,
                PluginFailedException,
                PluginNotFoundException,
                PluginResolutionException,
                ServiceNotFoundException,
                HookException {

    PluginException(String code, String message, @Nullable Throwable cause) {
        super(code, message, cause);
    }
}
