package io.cortexreactive.examples.app;

import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Ends open answers when the application goes down, so that whoever reads one is told why. */
@Component
public final class ShutdownSignal {

    private final Sinks.Empty<Void> begun = Sinks.empty();
    private volatile boolean down;

    void begin() {
        down = true;
        begun.tryEmitEmpty();
    }

    /** The answer; when the application goes down, it is cancelled and fails with {@link ShuttingDownException}. */
    public <T> Flux<T> guard(Flux<T> answer) {
        // takeUntilOther cancels only for a signal that is no error, so the error comes after it.
        return answer.takeUntilOther(begun.asMono()).concatWith(Mono.defer(this::failure));
    }

    private <T> Mono<T> failure() {
        return down ? Mono.error(new ShuttingDownException()) : Mono.empty();
    }
}
