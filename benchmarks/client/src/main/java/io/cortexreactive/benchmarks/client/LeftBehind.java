package io.cortexreactive.benchmarks.client;

import reactor.core.publisher.Flux;

/** What streams that have ended leave in the process, against the same process after some of them. */
final class LeftBehind {

    private static final int AT_A_TIME = 32;

    private LeftBehind() {}

    static Figures measure(StreamClient client, Load load) throws InterruptedException {
        run(client, load.repeats());
        long heap = ProcessFigures.liveHeap();
        int threads = ProcessFigures.threads();
        run(client, load.streams());
        double growth = ProcessFigures.liveHeap() - heap;
        return Figures.of(
                ProcessFigures.threadsByKind(),
                "growth",
                growth / 1024,
                "each",
                growth / load.streams(),
                "threads",
                ProcessFigures.threads() - threads);
    }

    private static void run(StreamClient client, int streams) {
        Flux.range(0, streams)
                .flatMap(i -> client.stream("left behind"), AT_A_TIME)
                .blockLast();
    }
}
