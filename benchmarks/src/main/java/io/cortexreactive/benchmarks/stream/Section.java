package io.cortexreactive.benchmarks.stream;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One table.
 *
 * @param name what to ask for it by; several tables may have the same
 * @param streams open at a time
 * @param tasks one for each row; the first is the one others are compared to
 */
public record Section(
        String name, String title, int streams, List<Column> columns, List<Task> tasks, List<Target> targets) {

    /**
     * A figure.
     *
     * @param decimals how many are printed; -1 for yes and no
     * @param compared whether the ratio to the first row tells something
     */
    public record Column(String heading, String key, int decimals, boolean compared) {}

    public Section {
        columns = List.copyOf(columns);
        tasks = List.copyOf(tasks);
        targets = List.copyOf(targets);
    }

    /** As Markdown: medians, lowest and highest, and the ratio to the first row. */
    public void print(Results results, PrintStream out) {
        printHeading(out);
        tasks.forEach(task -> out.println(row(task, results)));
        tasks.stream()
                .filter(task -> !results.note(task).isEmpty())
                .forEach(task -> out.printf("%n%s: %s%n", task.client(), results.note(task)));
        if (!targets.isEmpty()) {
            out.printf("%n| target | measured | wanted | |%n|---|---|---|---|%n");
            targets.forEach(target -> out.println(target.row(measured(target, results))));
        }
    }

    /** What stands above the rows. */
    public void printHeading(PrintStream out) {
        out.printf("%n### %s%n%n", title);
        out.println(columns.stream().map(Column::heading).collect(Collectors.joining(" | ", "| | ", " |")));
        out.println("|---" + "|---".repeat(columns.size()) + "|");
    }

    /** Of what there is so far. */
    public String row(Task task, Results results) {
        if (!results.has(task)) {
            return "| " + task.client() + " | no result: " + results.failure(task) + " |";
        }
        return columns.stream()
                .map(column -> cell(column, task, results))
                .collect(Collectors.joining(" | ", "| " + task.client() + " | ", " |"));
    }

    private String cell(Column column, Task task, Results results) {
        double[] sorted = results.sorted(task, column.key());
        double median = results.median(task, column.key());
        double first = results.median(tasks.get(0), column.key());
        if (Double.isNaN(median)) {
            return "never";
        }
        String spread = sorted.length < 2 || sorted[0] == sorted[sorted.length - 1]
                ? ""
                : " (" + number(column, sorted[0]) + "–" + number(column, sorted[sorted.length - 1]) + ")";
        boolean compared = column.compared() && !task.equals(tasks.get(0)) && first > 0 && median > 0;
        String ratio = compared ? String.format(Locale.ROOT, " · %.2f ×", median / first) : "";
        return number(column, median) + spread + ratio;
    }

    private static String number(Column column, double value) {
        if (column.decimals() < 0) {
            return value > 0 ? "yes" : "no";
        }
        return String.format(Locale.ROOT, "%,." + column.decimals() + "f", value);
    }

    private double measured(Target target, Results results) {
        double value = median(target.client(), target, results);
        return target.peer() == null ? value : value / median(target.peer(), target, results);
    }

    private double median(String client, Target target, Results results) {
        return tasks.stream()
                .filter(task -> task.client().equals(client) && results.has(task))
                .mapToDouble(task -> results.median(task, target.key()))
                .findFirst()
                .orElse(Double.NaN);
    }
}
