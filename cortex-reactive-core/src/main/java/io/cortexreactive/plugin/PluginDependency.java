package io.cortexreactive.plugin;

import java.util.Objects;

/**
 * A plugin that another one needs.
 *
 * @param id the plugin's id
 * @param range the versions that do, such as {@code ^1.2}, {@code >=1.0 <3.0} or {@code *}
 * @param optional whether it may be absent or disabled; if it is there, its version must be in the range all the same
 */
public record PluginDependency(String id, String range, boolean optional) {

    public PluginDependency {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(range, "range");
    }

    /** Any version. */
    public static PluginDependency on(String id) {
        return new PluginDependency(id, "*", false);
    }

    /** Some versions. */
    public static PluginDependency on(String id, String range) {
        return new PluginDependency(id, range, false);
    }

    /** The same, needed only if it is there: then it comes first. */
    public PluginDependency ifPresent() {
        return new PluginDependency(id, range, true);
    }
}
