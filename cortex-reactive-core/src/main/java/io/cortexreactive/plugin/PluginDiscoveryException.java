package io.cortexreactive.plugin;

import io.cortexreactive.error.Lasting;
import java.util.List;

/** Plugins that are declared in {@code META-INF/services} cannot be made. */
public final class PluginDiscoveryException extends PluginException implements Lasting {

    PluginDiscoveryException(List<Throwable> failures) {
        super(
                "plugin_discovery_failed",
                "Plugins cannot be made: "
                        + String.join(
                                "; ", failures.stream().map(Throwable::toString).toList()),
                failures.get(0));
        failures.stream().skip(1).forEach(this::addSuppressed);
    }
}
