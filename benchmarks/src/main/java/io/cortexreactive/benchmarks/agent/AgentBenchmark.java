package io.cortexreactive.benchmarks.agent;

import io.cortexreactive.benchmarks.client.AgentScript;
import io.cortexreactive.benchmarks.client.Load;
import io.cortexreactive.benchmarks.client.Measurement;
import io.cortexreactive.benchmarks.stream.ClassPaths;
import io.cortexreactive.benchmarks.stream.Options;
import io.cortexreactive.benchmarks.stream.Processes;
import io.cortexreactive.benchmarks.stream.Results;
import io.cortexreactive.benchmarks.stream.Section;
import io.cortexreactive.benchmarks.stream.Section.Column;
import io.cortexreactive.benchmarks.stream.Target;
import io.cortexreactive.benchmarks.stream.Task;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * Measures what an iteration of an agent costs beside its model and its tools, and prints tables in Markdown: this
 * project's agents, a loop by hand, and other libraries' agents on the same script. Each measurement has a process of
 * its own and is run three times, agents taking turns.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am package -DskipTests
 * java -cp benchmarks/target/benchmarks.jar io.cortexreactive.benchmarks.agent.AgentBenchmark
 * }</pre>
 */
public final class AgentBenchmark {

    private static final String CORTEX = "agent/cortex";
    private static final String FLOOR = "agent/floor";
    private static final List<String> PEERS = List.of("agent/langchain4j", "agent/agentscope");
    private static final List<String> AGENTS = List.of(
            CORTEX,
            "agent/cortex-observed",
            FLOOR,
            "agent/langchain4j",
            "agent/langchain4j-stream",
            "agent/agentscope",
            "agent/agentscope-stream");

    /** A stack for agents that go deeper with each iteration: where it overflows, Reactor tells nobody. */
    private static final List<String> JVM = List.of("-XX:+UseSerialGC", "-Xmx1g", "-Xss32m");

    private static final Load FULL = new Load(1, 1, Duration.ofSeconds(60), Duration.ofSeconds(10));
    private static final Load SHORTEST = new Load(1, 1, Duration.ofMillis(100), Duration.ofMillis(100));
    private static final Target OWN_COST =
            Target.atMost(CORTEX + " less " + FLOOR + ", CPU µs/iteration", "cpu", CORTEX, 20);

    private final Options options;
    private final PrintStream out;
    private final Results results = new Results();
    private final Section section;

    AgentBenchmark(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
        this.section = new Section(
                "agent",
                "Runs of " + AgentScript.ITERATIONS + " iterations with a tool call each, one run at a time",
                0,
                List.of(
                        new Column("CPU µs/iteration", "cpu", 2, true),
                        new Column("bytes/iteration", "bytes", 0, true),
                        new Column("elapsed µs/iteration", "elapsed", 2, true),
                        new Column("threads made/run", "threadsMade", 2, false)),
                AGENTS.stream().map(this::task).toList(),
                List.of());
    }

    private Task task(String agent) {
        return new Task(agent, Measurement.AGENT_RUNS, options.quick() ? SHORTEST : FULL, JVM);
    }

    /** Takes {@code --quick} and {@code --runs=5}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Task> missing = new AgentBenchmark(Options.parse(args), out).run();
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    /** Gives the tasks that had no result. */
    List<Task> run() throws IOException, InterruptedException {
        printSetUp();
        try (Processes processes = Processes.withoutServer()) {
            if (options.quick()) {
                processes.runTogether(section.tasks(), results);
                section.print(results, out);
            } else {
                takeTurns(processes);
            }
        }
        out.printf("%n| target | measured | wanted | |%n|---|---|---|---|%n%s%n", OWN_COST.row(ownCost()));
        return section.tasks().stream().filter(task -> !results.has(task)).toList();
    }

    /** A table for each turn, of this one and those before, so that what was measured is seen if it does not end. */
    private void takeTurns(Processes processes) throws IOException, InterruptedException {
        for (int run = 1; run <= options.runs(); run++) {
            section.printHeading(out);
            for (Task task : section.tasks()) {
                System.err.printf("%d of %d: %s%n", run, options.runs(), task.client());
                processes.run(List.of(List.of(task)), results);
                out.println(section.row(task, results));
            }
        }
    }

    /** Without what the model and the tool cost. */
    private double ownCost() {
        return results.median(task(CORTEX), "cpu") - results.median(task(FLOOR), "cpu");
    }

    private void printSetUp() throws IOException {
        out.printf(
                "Java %s on %s, %d cores. Median (lowest–highest) of %d run(s) · ratio to the first row.%n%n",
                Runtime.version(),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                options.runs());
        for (String peer : PEERS) {
            out.printf("%s: %s%n", peer, ClassPaths.versions(peer));
        }
    }
}
