package io.cortexreactive.persistence.postgres;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Sees to the tables once, before they are first used; and again, if that has failed. */
final class SchemaCheck {

    private final Mono<Void> work;
    private final AtomicBoolean done = new AtomicBoolean();
    private final AtomicReference<Sinks.@Nullable One<Void>> underWay = new AtomicReference<>();

    SchemaCheck(Mono<Void> work) {
        this.work = work;
    }

    /** Completes when they are as they must be. All who come meanwhile wait for one look. */
    Mono<Void> ready() {
        return Mono.defer(() -> done.get() ? Mono.empty() : look());
    }

    private Mono<Void> look() {
        Sinks.One<Void> mine = Sinks.one();
        Sinks.One<Void> others = underWay.compareAndExchange(null, mine);
        if (others != null) {
            return others.asMono();
        }
        Database.begin(work.doOnSuccess(nothing -> {
                    done.set(true);
                    underWay.set(null);
                    mine.tryEmitEmpty();
                })
                .doOnError(error -> {
                    underWay.set(null);
                    mine.tryEmitError(error);
                }));
        return mine.asMono();
    }
}
