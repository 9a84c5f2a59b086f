package io.cortexreactive.resilience;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ends what is under way from outside. */
public final class Cutoff {

    private Cutoff() {}

    /**
     * The source until the signal completes; then the source is cancelled, and the error follows. Not simply
     * {@link Flux#takeUntilOther} with an error as the other, because that leaves the source running (reactor-core
     * 3.8.8).
     *
     * @param signal completes when it is time to end; cancelled when the source ends by itself
     */
    public static <T> Flux<T> on(Flux<T> source, Mono<?> signal, Supplier<? extends Throwable> error) {
        return Flux.defer(() -> {
            AtomicBoolean cut = new AtomicBoolean();
            Mono<?> other = signal.doOnTerminate(() -> cut.set(true));
            return source.takeUntilOther(other)
                    .concatWith(Mono.defer(() -> cut.get() ? Mono.error(error) : Mono.empty()));
        });
    }
}
