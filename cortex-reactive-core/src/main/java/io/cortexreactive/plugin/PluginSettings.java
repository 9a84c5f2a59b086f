package io.cortexreactive.plugin;

import java.time.Duration;
import java.util.Set;

/**
 * How plugins are handled.
 *
 * @param discovery whether {@link java.util.ServiceLoader} is asked for more
 * @param disabled ids of plugins that are left out
 * @param startTimeout how long a plugin's register, boot and shutdown may take, each
 * @param hookTimeout how long a hook may take
 */
public record PluginSettings(boolean discovery, Set<String> disabled, Duration startTimeout, Duration hookTimeout) {

    /** Discovery on, nothing disabled, a minute for each step, 30 seconds for a hook. */
    public static final PluginSettings DEFAULTS =
            new PluginSettings(true, Set.of(), Duration.ofMinutes(1), Duration.ofSeconds(30));

    public PluginSettings {
        disabled = Set.copyOf(disabled);
    }

    /** The same, with these plugins left out. */
    public PluginSettings withDisabled(String... ids) {
        return new PluginSettings(discovery, Set.of(ids), startTimeout, hookTimeout);
    }
}
