package io.cortexreactive.benchmarks.stream;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.util.Version;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    private static final int DESCRIPTORS_BESIDE = 500;
    private static final int GIB_BESIDE = 3;

    private final List<Section> sections;
    private final boolean quick;
    private final int runs;
    private final boolean pinned;
    private final PrintStream out;
    private final Results results = new Results();

    /** With {@code quick}, in seconds and with figures that mean nothing. */
    StreamBenchmark(boolean quick, int runs, Predicate<Section> wanted, PrintStream out) {
        this.sections = Sections.all(quick).stream().filter(wanted).toList();
        this.quick = quick;
        this.runs = runs;
        this.pinned = !quick && Processes.canPin();
        this.out = out;
    }

    /**
     * Takes {@code --quick}, {@code --runs=5}, and the names of sections: bedrock, openai, guard, heap, live, cancel,
     * slow; all by default. {@code openai-64} is the one of its tables with 64 streams at a time.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Options options = Options.parse(args);
        List<String> names = options.names();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Predicate<Section> wanted = section -> names.isEmpty()
                || names.contains(section.name())
                || names.contains(section.name() + "-" + section.streams());
        List<Task> missing = new StreamBenchmark(options.quick(), options.runs(), wanted, out).run();
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    /** Gives the tasks that had no result. */
    List<Task> run() throws IOException, InterruptedException {
        printSetUp();
        try (Processes processes = Processes.start(pinned)) {
            if (quick) {
                processes.runTogether(
                        sections.stream()
                                .flatMap(section -> section.tasks().stream())
                                .toList(),
                        results);
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

    /** Clients take turns, so that what else the machine does hits all of them. */
    private void runAlone(Section section, Processes processes) throws IOException, InterruptedException {
        for (int run = 1; run <= runs; run++) {
            for (Task task : section.tasks()) {
                String lacking = lacking(section.streams(), task);
                if (lacking.isEmpty()) {
                    System.err.printf("%s, %d of %d: %s%n", section.name(), run, runs, task.client());
                    processes.run(List.of(List.of(task)), results);
                } else {
                    results.fail(task, lacking);
                }
            }
        }
    }

    /** What this machine has too little of for a task; empty if nothing. */
    private static String lacking(int streams, Task task) {
        UnixOperatingSystemMXBean machine = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        if (machine.getMaxFileDescriptorCount() < streams + DESCRIPTORS_BESIDE) {
            return machine.getMaxFileDescriptorCount() + " open files are allowed, and it takes "
                    + (streams + DESCRIPTORS_BESIDE) + ": raise it with ulimit -n";
        }
        long gib = machine.getTotalMemorySize() >> 30;
        return gib < task.heapGib() + GIB_BESIDE
                ? gib + " GiB of memory are too little for a heap of " + task.heapGib()
                : "";
    }

    private void printSetUp() throws IOException {
        out.printf(
                "Java %s on %s, %d cores; %s. Median (lowest–highest) of %d run(s) · ratio to the first row.%n%n",
                Runtime.version(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                pinned ? "server on core 0, clients on core 1" : "processes not pinned",
                runs);
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
