package io.cortexreactive.benchmarks.client;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whole answers as fast as they come. */
final class Throughput {

    private Throughput() {}

    static Figures measure(StreamClient client, Load load) {
        warmUp(load.warmUp(), more -> run(client, load.streams(), more));
        double firstToken = load.repeats() == 0 ? Double.NaN : firstTokenMicros(client, load.repeats());
        long cpu = ProcessFigures.cpuNanos();
        long allocated = ProcessFigures.allocatedBytes();
        long threads = ProcessFigures.threadsMade();
        long answers = run(client, load.streams(), lasting(load.measured()));
        double chunks = (double) answers * Load.CHUNKS;
        return Figures.of(
                "",
                "cpu",
                (ProcessFigures.cpuNanos() - cpu) / 1e3 / chunks,
                "bytes",
                (ProcessFigures.allocatedBytes() - allocated) / chunks,
                "first",
                firstToken,
                "threadsMade",
                (double) (ProcessFigures.threadsMade() - threads) / answers);
    }

    /** For as long as it takes to have had half of that time on a processor, too: other processes may hold it back. */
    static void warmUp(Duration duration, Consumer<BooleanSupplier> work) {
        long cpu = ProcessFigures.cpuNanos() + duration.toNanos() / 2;
        BooleanSupplier early = lasting(duration);
        work.accept(() -> early.getAsBoolean() || ProcessFigures.cpuNanos() < cpu);
    }

    static BooleanSupplier lasting(Duration duration) {
        long until = System.nanoTime() + duration.toNanos();
        return () -> System.nanoTime() < until;
    }

    /** Gives the number of answers. */
    private static long run(StreamClient client, int streams, BooleanSupplier more) {
        Long answers = Flux.range(0, streams)
                .flatMap(i -> answer(client).repeat(more), streams)
                .count()
                .block();
        return answers == null ? 0 : answers;
    }

    /** A client that loses chunks is not measured. */
    private static Mono<Long> answer(StreamClient client) {
        return Flux.defer(() -> client.stream("plain")).count().doOnNext(chunks -> {
            if (chunks != Load.CHUNKS) {
                throw new IllegalStateException("An answer had " + chunks + " chunks, not " + Load.CHUNKS);
            }
        });
    }

    /** The median, one answer after the other. */
    private static double firstTokenMicros(StreamClient client, int repeats) {
        long[] nanos = new long[repeats];
        for (int i = 0; i < repeats; i++) {
            int answer = i;
            long start = System.nanoTime();
            Flux.from(client.stream("plain"))
                    .doOnNext(text -> nanos[answer] = nanos[answer] == 0 ? System.nanoTime() - start : nanos[answer])
                    .blockLast();
        }
        Arrays.sort(nanos);
        return nanos[repeats / 2] / 1e3;
    }
}
