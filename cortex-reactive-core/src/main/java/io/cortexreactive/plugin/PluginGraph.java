package io.cortexreactive.plugin;

import io.cortexreactive.plugin.PluginProblem.Cycle;
import io.cortexreactive.plugin.PluginProblem.DuplicateId;
import io.cortexreactive.plugin.PluginProblem.InvalidDescription;
import io.cortexreactive.plugin.PluginProblem.MissingDependency;
import io.cortexreactive.plugin.PluginProblem.VersionClash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.semver4j.Semver;
import org.semver4j.SemverException;

/** Brings plugins into an order, or finds everything that stands against it. */
final class PluginGraph {

    private final Map<String, Plugin> plugins = new LinkedHashMap<>();
    private final Set<String> disabled;
    private final List<PluginProblem> problems = new ArrayList<>();
    private final Set<String> placed = new LinkedHashSet<>();
    private final Set<String> path = new LinkedHashSet<>();

    private PluginGraph(Collection<Plugin> all, Set<String> disabled) {
        this.disabled = disabled;
        for (Plugin plugin : all) {
            if (plugins.putIfAbsent(plugin.id(), plugin) != null) {
                problems.add(new DuplicateId(plugin.id()));
            }
        }
        plugins.keySet().removeAll(disabled);
    }

    /**
     * Dependencies first, otherwise as they came.
     *
     * @throws PluginResolutionException with all problems
     */
    static List<Plugin> order(Collection<Plugin> all, Set<String> disabled) {
        PluginGraph graph = new PluginGraph(all, disabled);
        graph.plugins.values().forEach(graph::check);
        graph.plugins.values().forEach(graph::place);
        if (!graph.problems.isEmpty()) {
            throw new PluginResolutionException(graph.problems);
        }
        return graph.placed.stream().map(graph.plugins::get).toList();
    }

    private void check(Plugin plugin) {
        String id = plugin.id();
        if (id.isBlank()) {
            problems.add(new InvalidDescription(id, "is a blank id."));
        }
        if (Semver.parse(plugin.version()) == null) {
            problems.add(new InvalidDescription(id, "has no semantic version: '" + plugin.version() + "'."));
        }
        plugin.dependencies().forEach(dependency -> check(id, dependency));
    }

    private void check(String id, PluginDependency dependency) {
        Plugin needed = plugins.get(dependency.id());
        if (needed == null) {
            if (!dependency.optional()) {
                problems.add(new MissingDependency(id, dependency, disabled.contains(dependency.id())));
            }
            return;
        }
        Semver version = Semver.parse(needed.version());
        if (version != null) {
            checkRange(id, dependency, version);
        }
    }

    private void checkRange(String id, PluginDependency dependency, Semver version) {
        try {
            if (!version.satisfies(dependency.range())) {
                problems.add(new VersionClash(id, dependency, version.getVersion()));
            }
        } catch (SemverException e) {
            problems.add(new InvalidDescription(
                    id, "needs '" + dependency.id() + "' in a range that is none: '" + dependency.range() + "'."));
        }
    }

    private void place(Plugin plugin) {
        String id = plugin.id();
        if (placed.contains(id)) {
            return;
        }
        if (!path.add(id)) {
            problems.add(cycleBackTo(id));
            return;
        }
        plugin.dependencies().stream()
                .map(dependency -> plugins.get(dependency.id()))
                .filter(needed -> needed != null)
                .forEach(this::place);
        path.remove(id);
        placed.add(id);
    }

    private Cycle cycleBackTo(String id) {
        List<String> steps = new ArrayList<>(path);
        List<String> cycle = new ArrayList<>(steps.subList(steps.indexOf(id), steps.size()));
        cycle.add(id);
        return new Cycle(cycle);
    }
}
