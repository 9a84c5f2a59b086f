package io.cortexreactive.resilience;

import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work that goes on without whoever has asked for it, since what was sent cannot be called back. */
public final class Detached {

    private Detached() {}

    /**
     * Runs work to its end even if its subscriber leaves, who only sees what comes of it. Each subscription begins it,
     * on the subscriber's thread and with its Context; cancel does not reach it.
     */
    public static <T> Mono<T> run(Mono<T> work) {
        return Mono.deferContextual(view -> {
            Sinks.One<T> told = Sinks.one();
            Disposable unused =
                    work.contextWrite(view).subscribe(told::tryEmitValue, told::tryEmitError, told::tryEmitEmpty);
            return told.asMono();
        });
    }
}
