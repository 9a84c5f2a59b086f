package io.cortexreactive.plugin;

import io.cortexreactive.error.Lasting;
import java.util.List;
import java.util.stream.Collectors;

/** The plugins cannot be brought into an order. Lists everything that is wrong. */
public final class PluginResolutionException extends PluginException implements Lasting {

    private final transient List<PluginProblem> problems;

    PluginResolutionException(List<PluginProblem> problems) {
        super(
                "plugin_resolution_failed",
                problems.stream().map(PluginProblem::message).collect(Collectors.joining(" ")),
                null);
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, in the order of the plugins. */
    public List<PluginProblem> problems() {
        return problems;
    }
}
