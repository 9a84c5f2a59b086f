package io.cortexreactive.benchmarks.workflow;

import io.cortexreactive.benchmarks.store.PostgresServer;
import io.cortexreactive.benchmarks.store.StoreBenchmark;
import io.cortexreactive.benchmarks.store.StoreServer;
import io.cortexreactive.benchmarks.stream.Options;
import io.cortexreactive.benchmarks.stream.Task;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
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

    private static final StoreServer.Start POSTGRES = PostgresServer::start;

    private final StoreBenchmark benchmark;

    WorkflowBenchmark(Options options, PrintStream out) {
        benchmark = new StoreBenchmark(options, new WorkflowSections(options.quick()).all(), client -> POSTGRES, out);
    }

    /**
     * Takes {@code --quick}, {@code --runs=5}, and the names of sections: commits, growth, resume, paused; all by
     * default.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Task> missing = new WorkflowBenchmark(Options.parse(args), out).run();
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    /** Gives the tasks that had no result. */
    List<Task> run() throws IOException, InterruptedException {
        return benchmark.run();
    }
}
