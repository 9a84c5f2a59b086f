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
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;
import org.semver4j.range.Range;
import org.semver4j.range.RangeListFactory;

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
        checkThere(id, "for its dependencies", plugin.dependencies());
        checkThere(id, "for what it provides", plugin.provides());
        dependencies(plugin).forEach(dependency -> check(id, dependency));
    }

    private void checkThere(String id, String what, @Nullable Object value) {
        if (value == null) {
            problems.add(new InvalidDescription(id, "has null " + what + "."));
        }
    }

    private static List<PluginDependency> dependencies(Plugin plugin) {
        List<PluginDependency> dependencies = plugin.dependencies();
        return dependencies == null ? List.of() : dependencies;
    }

    private void check(String id, PluginDependency dependency) {
        if (isNoRange(dependency.range())) {
            problems.add(new InvalidDescription(
                    id, "needs '" + dependency.id() + "' in a range that is none: '" + dependency.range() + "'."));
            return;
        }
        Plugin needed = plugins.get(dependency.id());
        if (needed == null) {
            if (!dependency.optional()) {
                problems.add(new MissingDependency(id, dependency, disabled.contains(dependency.id())));
            }
            return;
        }
        Semver version = Semver.parse(needed.version());
        if (version != null && !version.satisfies(dependency.range())) {
            problems.add(new VersionClash(id, dependency, version.getVersion()));
        }
    }

    /** The library has no error for it. */
    private static boolean isNoRange(String text) {
        List<List<Range>> ranges = RangeListFactory.create(text).get();
        return ranges.isEmpty() || ranges.stream().anyMatch(List::isEmpty);
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
        dependencies(plugin).stream()
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
