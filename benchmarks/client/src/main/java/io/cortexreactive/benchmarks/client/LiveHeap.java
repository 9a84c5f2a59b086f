package io.cortexreactive.benchmarks.client;

import java.time.Duration;
import reactor.core.publisher.Flux;

/** Streams that have had their first chunk and wait for more, against the same process before. */
final class LiveHeap {

    private LiveHeap() {}

    static Figures measure(StreamClient client, Load load) throws InterruptedException {
        Flux.from(client.stream("plain")).blockLast();
        long idle = ProcessFigures.liveHeap();
        int threads = ProcessFigures.threads();
        long descriptors = ProcessFigures.descriptors();
        LiveStreams streams = new LiveStreams();
        long begun = System.nanoTime();
        streams.open(client, "held", load.streams(), text -> {});
        double opening = (System.nanoTime() - begun) / 1e9;
        Idle waiting = Idle.measure(client, load.measured());
        long live = ProcessFigures.liveHeap();
        Figures figures = Figures.of(
                ProcessFigures.threadsByKind(),
                "opening",
                opening,
                "requests",
                waiting.requests,
                "cpu",
                waiting.cpuMillis,
                "heap",
                (live - idle) / 1024.0 / load.streams(),
                "failed",
                streams.ended(),
                "threads",
                ProcessFigures.threads() - threads,
                "descriptors",
                ProcessFigures.descriptors() - descriptors);
        streams.close();
        return figures;
    }

    /** What a second costs in which nothing comes. Not a number where no time is spent on it. */
    private record Idle(double requests, double cpuMillis) {

        /** What is still being opened is over by half of that time. */
        static Idle measure(StreamClient client, Duration time) throws InterruptedException {
            Thread.sleep(time.toMillis() / 2);
            long requests = client.requests();
            long cpu = ProcessFigures.cpuNanos();
            Thread.sleep(time.toMillis() / 2);
            double seconds = time.isZero() ? Double.NaN : time.toMillis() / 2e3;
            return new Idle(
                    (client.requests() - requests) / seconds, (ProcessFigures.cpuNanos() - cpu) / 1e6 / seconds);
        }
    }
}
