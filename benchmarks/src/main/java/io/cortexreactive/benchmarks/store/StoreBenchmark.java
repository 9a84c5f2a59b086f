package io.cortexreactive.benchmarks.store;

import io.cortexreactive.benchmarks.stream.Options;
import io.cortexreactive.benchmarks.stream.Processes;
import io.cortexreactive.benchmarks.stream.Results;
import io.cortexreactive.benchmarks.stream.Section;
import io.cortexreactive.benchmarks.stream.Task;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints tables in Markdown. Each measurement has a process and a server of its own, clients taking turns. */
public final class StoreBenchmark {

    private final Options options;
    private final List<Section> sections;
    private final Function<String, StoreServer.Start> servers;
    private final PrintStream out;
    private final Results results = new Results();

    /** Of those sections that the options name, or all; the server of a client is found by its name. */
    public StoreBenchmark(
            Options options, List<Section> all, Function<String, StoreServer.Start> servers, PrintStream out) {
        List<String> names = options.names();
        this.options = options;
        this.servers = servers;
        this.out = out;
        sections = all.stream()
                .filter(section -> names.isEmpty() || names.contains(section.name()))
                .toList();
    }

    /** Gives the tasks that had no result. */
    public List<Task> run() throws IOException, InterruptedException {
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
        return sections.stream()
                .flatMap(section -> section.tasks().stream())
                .distinct()
                .toList();
    }

    private void runTogether() throws IOException, InterruptedException {
        Map<StoreServer.Start, List<Task>> byServer =
                tasks().stream().collect(Collectors.groupingBy(this::server, LinkedHashMap::new, Collectors.toList()));
        for (Map.Entry<StoreServer.Start, List<Task>> tasks : byServer.entrySet()) {
            try (StoreServer server = tasks.getKey().start();
                    Processes processes = Processes.against(server.address())) {
                processes.runTogether(tasks.getValue(), results);
            }
        }
    }

    private StoreServer.Start server(Task task) {
        return servers.apply(task.client());
    }

    private void takeTurns(Section section) throws IOException, InterruptedException {
        for (int run = 1; run <= options.runs(); run++) {
            for (Task task : section.tasks()) {
                System.err.printf("%s, %d of %d: %s%n", section.name(), run, options.runs(), task.client());
                try (StoreServer server = server(task).start();
                        Processes processes = Processes.against(server.address())) {
                    processes.run(List.of(List.of(task)), results);
                }
            }
        }
    }

    private void printSetUp() throws IOException {
        Set<String> described = new LinkedHashSet<>();
        for (StoreServer.Start start :
                tasks().stream().map(this::server).collect(Collectors.toCollection(LinkedHashSet::new))) {
            try (StoreServer server = start.start()) {
                described.add(server.describe());
            }
        }
        out.printf(
                "%s; Java %s on %s, %d cores, which server and clients share. Median (lowest–highest) of %d run(s) ·"
                        + " ratio to the first row.%n",
                String.join("; ", described),
                Runtime.version(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                options.runs());
    }
}
