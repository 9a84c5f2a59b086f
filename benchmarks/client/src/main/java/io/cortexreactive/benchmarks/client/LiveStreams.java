package io.cortexreactive.benchmarks.client;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Streams that are kept open. */
final class LiveStreams {

    private static final int AT_A_TIME = 200;
    private static final Duration ALL_OPEN_WITHIN = Duration.ofMinutes(3);

    private final Queue<Disposable> open = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ended = new AtomicInteger();

    /** Returns when each has had its first piece, or has failed. */
    void open(StreamClient client, String model, int streams, Consumer<String> onText) {
        Flux.range(0, streams)
                .flatMap(i -> begin(client, model, onText), AT_A_TIME)
                .blockLast(ALL_OPEN_WITHIN);
    }

    private Mono<Void> begin(StreamClient client, String model, Consumer<String> onText) {
        return Mono.create(begun -> open.add(Flux.from(client.stream(model))
                .doOnNext(onText)
                .doOnTerminate(ended::incrementAndGet)
                .subscribe(text -> begun.success(), error -> begun.success(), begun::success)));
    }

    /** How many have ended, none of which should have. */
    int ended() {
        return ended.get();
    }

    void close() {
        open.forEach(Disposable::dispose);
    }
}
