package io.cortexreactive.agent.queue;

import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Does one thing after the other, in the order in which they are subscribed. Thread-safe. */
final class Lane {

    private Mono<Void> last = Mono.empty();

    /** @param work must end, and not be cancelled before */
    <T> Mono<T> next(Supplier<Mono<T>> work) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> done = Sinks.empty();
            return behind(done).then(Mono.defer(work)).doFinally(end -> done.tryEmitEmpty());
        });
    }

    private synchronized Mono<Void> behind(Sinks.Empty<Void> done) {
        Mono<Void> before = last;
        last = done.asMono();
        return before;
    }
}
