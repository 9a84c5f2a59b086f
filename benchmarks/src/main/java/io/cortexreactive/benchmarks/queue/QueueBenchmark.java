package io.cortexreactive.benchmarks.queue;

import io.cortexreactive.benchmarks.store.PostgresServer;
import io.cortexreactive.benchmarks.store.RedisServer;
import io.cortexreactive.benchmarks.store.StoreBenchmark;
import io.cortexreactive.benchmarks.store.StoreServer;
import io.cortexreactive.benchmarks.stream.Options;
import io.cortexreactive.benchmarks.stream.Task;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Measures agents in the background on PostgreSQL and Redis, beside loops that send the same requests and do nothing
 * else, and prints tables in Markdown. Each measurement has a process and a server of its own and is run three times,
 * clients taking turns.
 *
 * <pre>{@code
 * mvn -q -pl benchmarks -am package -DskipTests
 * java -cp benchmarks/target/benchmarks.jar io.cortexreactive.benchmarks.queue.QueueBenchmark
 * }</pre>
 */
public final class QueueBenchmark {

    private static final StoreServer.Start POSTGRES = PostgresServer::start;
    private static final StoreServer.Start REDIS = RedisServer::start;

    private final StoreBenchmark benchmark;

    QueueBenchmark(Options options, PrintStream out) {
        benchmark = new StoreBenchmark(
                options,
                new QueueSections(options.quick()).all(),
                client -> QueueClients.ON_REDIS.contains(client) ? REDIS : POSTGRES,
                out);
    }

    /**
     * Takes {@code --quick}, {@code --runs=5}, and the names of sections: throughput, latency, followers; all by
     * default.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Task> missing = new QueueBenchmark(Options.parse(args), out).run();
        System.exit(missing.isEmpty() ? 0 : 1);
    }

    /** Gives the tasks that had no result. */
    List<Task> run() throws IOException, InterruptedException {
        return benchmark.run();
    }
}
