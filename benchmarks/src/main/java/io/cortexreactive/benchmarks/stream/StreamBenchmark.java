package io.cortexreactive.benchmarks.stream;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.Version;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import software.amazon.awssdk.core.util.VersionInfo;

/**
 * Measures this project's clients beside others against the same server, and prints tables in Markdown. Each
 * measurement has a process of its own and is run three times, clients taking turns.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am package -DskipTests
 * java -cp benchmarks/target/benchmarks.jar io.cortexreactive.benchmarks.stream.StreamBenchmark
 * }</pre>
 */
public final class StreamBenchmark {

    private static final int RUNS = 3;
    private static final int DESCRIPTORS_BESIDE = 500;

    private final List<Section> sections;
    private final boolean quick;
    private final PrintStream out;
    private final Results results = new Results();

    /** With {@code quick}, in seconds and with figures that mean nothing. */
    StreamBenchmark(boolean quick, Predicate<Section> wanted, PrintStream out) {
        this.sections = Sections.all(quick).stream().filter(wanted).toList();
        this.quick = quick;
        this.out = out;
    }

    /** Takes {@code --quick}, and the names of sections: bedrock, openai, heap, live, cancel, slow; all by default. */
    public static void main(String[] args) throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(Arrays.asList(args));
        boolean quick = names.remove("--quick");
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Task> missing =
                new StreamBenchmark(quick, section -> names.isEmpty() || names.contains(section.name()), out).run();
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    /** Gives the tasks that had no result. */
    List<Task> run() throws IOException, InterruptedException {
        printSetUp();
        try (Processes processes = Processes.start()) {
            if (quick) {
                runTogether(processes);
            }
            for (Section section : sections) {
                if (!quick) {
                    runAlone(section, processes);
                }
                section.print(results, out);
            }
        }
        return sections.stream()
                .flatMap(section -> section.tasks().stream())
                .filter(task -> !results.has(task))
                .toList();
    }

    /** All tasks of a class path in one process. */
    private void runTogether(Processes processes) throws IOException, InterruptedException {
        Map<String, List<Task>> byClassPath = new LinkedHashMap<>();
        for (Section section : sections) {
            for (Task task : section.tasks()) {
                byClassPath
                        .computeIfAbsent(ClassPaths.of(task.client()), path -> new ArrayList<>())
                        .add(task);
            }
        }
        for (List<Task> tasks : byClassPath.values()) {
            processes.run(tasks, results);
        }
    }

    /** Clients take turns, so that what else the machine does hits all of them. */
    private void runAlone(Section section, Processes processes) throws IOException, InterruptedException {
        long descriptors =
                ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getMaxFileDescriptorCount();
        for (int run = 1; run <= RUNS; run++) {
            for (Task task : section.tasks()) {
                if (section.streams() + DESCRIPTORS_BESIDE > descriptors) {
                    results.fail(task, "only " + descriptors + " open files are allowed: raise it with ulimit -n");
                } else {
                    System.err.printf("%s, %d of %d: %s%n", section.name(), run, RUNS, task.client());
                    processes.run(List.of(task), results);
                }
            }
        }
    }

    private void printSetUp() throws IOException {
        out.printf(
                "Java %s on %s, %d cores; %s. Median (lowest–highest) of %d runs · ratio to the first row.%n%n",
                Runtime.version(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Processes.pinned() ? "server on core 0, clients on core 1" : "processes not pinned",
                quick ? 1 : RUNS);
        out.printf("cortex, floor, aws-sdk: AWS SDK %s, Netty %s%n", VersionInfo.SDK_VERSION, netty());
        for (String peer : List.of("bedrock/langchain4j", "bedrock/spring-ai", "openai/spring-ai")) {
            out.printf("%s: %s%n", peer, ClassPaths.versions(peer));
        }
    }

    private static String netty() {
        return Version.identify().values().stream()
                .map(Version::artifactVersion)
                .findFirst()
                .orElse("unknown");
    }
}
