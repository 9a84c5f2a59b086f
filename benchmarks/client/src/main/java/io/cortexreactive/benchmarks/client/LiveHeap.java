package io.cortexreactive.benchmarks.client;

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
        streams.open(client, "held", load.streams(), text -> {});
        long live = ProcessFigures.liveHeap();
        Figures figures = Figures.of(
                ProcessFigures.threadsByKind(),
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
}
