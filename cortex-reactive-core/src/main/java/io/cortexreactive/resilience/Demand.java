package io.cortexreactive.resilience;

import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * What one subscriber of something that comes in pages has asked for and not got yet, so that no page is fetched that
 * nobody wants, nor the next one before all of a page is given. Belongs to one subscription. Thread-safe.
 */
public final class Demand {

    private long wanted;
    private boolean used;
    private Sinks.Empty<Void> more = Sinks.empty();

    /** Gives what is in the pages, one page after the other. */
    public <P, T> Flux<T> of(Flux<P> pages, Function<P, Flux<T>> items) {
        return pages.doOnNext(page -> use(true))
                .doOnRequest(next -> use(false))
                .concatMap(items, 0)
                .doOnNext(item -> given())
                .doOnRequest(this::ask);
    }

    /** Completes when another page is wanted. */
    public synchronized Mono<Void> some() {
        more = Sinks.empty();
        if (isOpen()) {
            more.tryEmitEmpty();
        }
        return more.asMono();
    }

    private boolean isOpen() {
        return wanted > 0 && !used;
    }

    private void ask(long count) {
        tell(() -> wanted = Operators.addCap(wanted, count));
    }

    /** @param now whether a page is being given */
    private void use(boolean now) {
        tell(() -> used = now);
    }

    private void tell(Runnable change) {
        Sinks.Empty<Void> told;
        synchronized (this) {
            change.run();
            if (!isOpen()) {
                return;
            }
            told = more;
        }
        told.tryEmitEmpty();
    }

    private synchronized void given() {
        if (wanted != Long.MAX_VALUE) {
            wanted--;
        }
    }
}
