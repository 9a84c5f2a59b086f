package io.cortexreactive.plugin;

import java.util.List;

/** Why plugins cannot be brought into an order. */
public sealed interface PluginProblem {

    /** The plugin that has the problem. */
    String plugin();

    /** For people. */
    String message();

    /**
     * A plugin that another one needs is not there.
     *
     * @param disabled whether it is there, but left out by the configuration
     */
    record MissingDependency(String plugin, PluginDependency dependency, boolean disabled) implements PluginProblem {

        @Override
        public String message() {
            return "'" + plugin + "' needs '" + dependency.id() + "' " + dependency.range() + ", which is "
                    + (disabled ? "disabled." : "not there.");
        }
    }

    /**
     * A plugin is there in a version that another one cannot use.
     *
     * @param version the version that is there
     */
    record VersionClash(String plugin, PluginDependency dependency, String version) implements PluginProblem {

        @Override
        public String message() {
            return "'" + plugin + "' needs '" + dependency.id() + "' " + dependency.range() + ", and there is "
                    + version + ".";
        }
    }

    /**
     * Plugins need each other.
     *
     * @param path from one of them back to itself
     */
    record Cycle(List<String> path) implements PluginProblem {

        public Cycle {
            path = List.copyOf(path);
        }

        @Override
        public String plugin() {
            return path.get(0);
        }

        @Override
        public String message() {
            return "Plugins need each other: " + String.join(" -> ", path) + ".";
        }
    }

    /** Two plugins have one id. */
    record DuplicateId(String plugin) implements PluginProblem {

        @Override
        public String message() {
            return "There are two plugins '" + plugin + "'.";
        }
    }

    /** What a plugin says of itself cannot be used: its id, its version, or a range. */
    record InvalidDescription(String plugin, String reason) implements PluginProblem {

        @Override
        public String message() {
            return "'" + plugin + "' " + reason;
        }
    }
}
