package io.cortexreactive.benchmarks.stream;

import io.cortexreactive.benchmarks.client.Figures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the runs of each task gave. */
public final class Results {

    private final Map<Task, List<Figures>> figures = new HashMap<>();
    private final Map<Task, String> failures = new HashMap<>();

    void add(Task task, Figures run) {
        figures.computeIfAbsent(task, key -> new ArrayList<>()).add(run);
    }

    void fail(Task task, String reason) {
        failures.put(task, reason);
    }

    /** Whether it was run, and did not fail. */
    public boolean has(Task task) {
        return figures.containsKey(task) && !failures.containsKey(task);
    }

    String failure(Task task) {
        return failures.getOrDefault(task, "was not run");
    }

    String note(Task task) {
        List<Figures> runs = figures.getOrDefault(task, List.of());
        return runs.isEmpty() ? "" : runs.get(runs.size() - 1).note();
    }

    /** Of all runs, lowest first. */
    double[] sorted(Task task, String key) {
        return figures.getOrDefault(task, List.of()).stream()
                .mapToDouble(run -> run.values().getOrDefault(key, Double.NaN))
                .sorted()
                .toArray();
    }

    /** Of all runs; not a number if there was none. */
    public double median(Task task, String key) {
        double[] sorted = sorted(task, key);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
