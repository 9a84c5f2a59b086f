package io.cortexreactive.benchmarks.workflow;

import io.cortexreactive.benchmarks.stream.Options;
import io.cortexreactive.benchmarks.stream.Processes;
import io.cortexreactive.benchmarks.stream.Results;
import io.cortexreactive.benchmarks.stream.Section;
import io.cortexreactive.benchmarks.stream.Task;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;

/**
 * Measures workflows on PostgreSQL beside loops written by hand, and prints tables in Markdown. Each measurement has a
 * process, a server and a database of its own and is run three times, clients taking turns.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am package -DskipTests
 * java -cp benchmarks/target/benchmarks.jar io.cortexreactive.benchmarks.workflow.WorkflowBenchmark
 * }</pre>
 */
public final class WorkflowBenchmark {

    private final Options options;
    private final List<Section> sections;
    private final PrintStream out;
    private final Results results = new Results();

    WorkflowBenchmark(Options options, PrintStream out) {
        List<String> names = options.names();
        this.options = options;
        this.out = out;
        sections = new WorkflowSections(options.quick())
                .all().stream()
                        .filter(section -> names.isEmpty() || names.contains(section.name()))
                        .toList();
    }

    /**
     * Takes {@code --quick}, {@code --runs=5}, and the names of sections: commits, growth, resume, paused, queue; all
     * by default.
     */
    public static void main(String[] args) throws IOException, InterruptedException, SQLException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Task> missing = new WorkflowBenchmark(Options.parse(args), out).run();
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    /** Gives the tasks that had no result. */
    List<Task> run() throws IOException, InterruptedException, SQLException {
        printSetUp();
        if (options.quick()) {
            runTogether();
        }
        for (Section section : sections) {
            if (!options.quick()) {
                takeTurns(section);
            }
            section.print(results, out);
        }
        return tasks().stream().filter(task -> !results.has(task)).toList();
    }

    private List<Task> tasks() {
        return sections.stream().flatMap(section -> section.tasks().stream()).toList();
    }

    private void runTogether() throws IOException, InterruptedException {
        try (DatabaseServer server = DatabaseServer.start();
                Processes processes = Processes.against(server.address())) {
            processes.runTogether(tasks().stream().distinct().toList(), results);
        }
    }

    private void takeTurns(Section section) throws IOException, InterruptedException {
        for (int run = 1; run <= options.runs(); run++) {
            for (Task task : section.tasks()) {
                System.err.printf("%s, %d of %d: %s%n", section.name(), run, options.runs(), task.client());
                try (DatabaseServer server = DatabaseServer.start();
                        Processes processes = Processes.against(server.address())) {
                    processes.run(List.of(List.of(task)), results);
                }
            }
        }
    }

    private void printSetUp() throws IOException, SQLException {
        try (DatabaseServer server = DatabaseServer.start()) {
            out.printf(
                    "%s; Java %s on %s, %d cores, which server and clients share. Median (lowest–highest) of %d run(s) ·"
                            + " ratio to the first row.%n",
                    server.describe(),
                    Runtime.version(),
                    System.getProperty("os.arch"),
                    Runtime.getRuntime().availableProcessors(),
                    options.runs());
        }
    }
}
