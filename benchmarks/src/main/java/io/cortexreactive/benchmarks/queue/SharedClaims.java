package io.cortexreactive.benchmarks.queue;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Claims runs for all who wait for one, with one claim at a time. */
final class SharedClaims {

    private final IntFunction<Flux<String>> claim;
    private final Queue<Sinks.One<String>> waiting = new ConcurrentLinkedQueue<>();

    /** How many wait; a claim is under way while there are any. */
    private final AtomicInteger unserved = new AtomicInteger();

    /** @param claim takes at most so many */
    SharedClaims(IntFunction<Flux<String>> claim) {
        this.claim = claim;
    }

    /** The id of a run that is claimed. */
    Mono<String> next() {
        return Mono.defer(() -> {
            Sinks.One<String> own = Sinks.one();
            waiting.add(own);
            if (unserved.getAndIncrement() == 0) {
                claim();
            }
            return own.asMono();
        });
    }

    private void claim() {
        claim.apply(unserved.get())
                .doOnNext(runId -> waiting.remove().tryEmitValue(runId))
                .count()
                .map(served -> unserved.addAndGet(-served.intValue()))
                .subscribe(left -> again(left), this::fail);
    }

    private void again(int left) {
        if (left > 0) {
            claim();
        }
    }

    private void fail(Throwable error) {
        waiting.forEach(one -> one.tryEmitError(error));
    }
}
