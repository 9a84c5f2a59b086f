package io.cortexreactive.persistence.postgres;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What goes on when whoever has asked for it has left: a commit that was sent must not be torn off. */
final class Detached {

    private Detached() {}

    /** Begins with the first subscriber, and ends whether or not it stays. */
    static <T> Mono<T> outliving(Mono<T> work) {
        return Mono.deferContextual(context -> {
            Sinks.One<T> answer = Sinks.one();
            work.contextWrite(context).subscribe(answer::tryEmitValue, answer::tryEmitError, answer::tryEmitEmpty);
            return answer.asMono();
        });
    }

    /** Begins at once; whoever made it deals with its errors. */
    static void begin(Mono<?> work) {
        work.onErrorComplete().subscribe();
    }
}
