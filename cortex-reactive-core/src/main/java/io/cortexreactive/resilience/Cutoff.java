package io.cortexreactive.resilience;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
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
        return on(source, element -> false, signal, error);
    }

    /**
     * The same, for a source that is whole with its last element, before it completes: from then on it is left alone.
     *
     * @param last whether nothing follows an element but completion
     */
    public static <T> Flux<T> on(
            Flux<T> source, Predicate<? super T> last, Mono<?> signal, Supplier<? extends Throwable> error) {
        return replaced(source, last, signal, () -> Mono.error(error));
    }

    /**
     * The source until the signal completes; then the source is cancelled, and another follows.
     *
     * @param rest what follows, asked for only then; what it sees of the source's doing may still be going on elsewhere
     */
    public static <T> Flux<T> replaced(Flux<T> source, Mono<?> signal, Supplier<? extends Publisher<T>> rest) {
        return replaced(source, element -> false, signal, rest);
    }

    private static <T> Flux<T> replaced(
            Flux<T> source, Predicate<? super T> last, Mono<?> signal, Supplier<? extends Publisher<T>> rest) {
        return Flux.defer(() -> {
            AtomicReference<State> state = new AtomicReference<>(State.OPEN);
            Mono<?> other = signal.then(
                    Mono.defer(() -> state.compareAndSet(State.OPEN, State.CUT) ? Mono.empty() : Mono.never()));
            return source.filter(element -> !last.test(element) || whole(state))
                    .doOnComplete(() -> whole(state))
                    .takeUntilOther(other)
                    .concatWith(Flux.defer(() -> state.get() == State.CUT ? rest.get() : Mono.empty()));
        });
    }

    /** False if it was cut before: the last element must not come when an error follows. */
    private static boolean whole(AtomicReference<State> state) {
        return state.compareAndSet(State.OPEN, State.WHOLE);
    }

    private enum State {
        OPEN,
        WHOLE,
        CUT
    }
}
