package io.cortexreactive.benchmarks.client;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;

/** Runs of an agent, one after the other. */
final class AgentRuns {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private AgentRuns() {}

    static Figures measure(StreamClient agent, Load load) {
        Throughput.warmUp(load.warmUp(), more -> run(agent, load.warmUp(), more));
        long start = System.nanoTime();
        long cpu = ProcessFigures.cpuNanos();
        long allocated = ProcessFigures.allocatedBytes();
        long threads = ProcessFigures.threadsMade();
        long runs = run(agent, load.measured(), Throughput.lasting(load.measured()));
        double iterations = (double) runs * AgentScript.ITERATIONS;
        return Figures.of(
                "",
                "cpu",
                (ProcessFigures.cpuNanos() - cpu) / 1e3 / iterations,
                "bytes",
                (ProcessFigures.allocatedBytes() - allocated) / iterations,
                "elapsed",
                (System.nanoTime() - start) / 1e3 / iterations,
                "threadsMade",
                (double) (ProcessFigures.threadsMade() - threads) / runs);
    }

    /** Gives the number of runs. One that neither ends nor fails fails the measurement. */
    private static long run(StreamClient agent, Duration duration, BooleanSupplier more) {
        Long runs = Flux.defer(() -> agent.stream("agent"))
                .last()
                .repeat(more)
                .count()
                .block(duration.plus(PATIENCE));
        return runs == null ? 0 : runs;
    }
}
