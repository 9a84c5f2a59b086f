package io.cortexreactive.persistence.postgres;

import reactor.core.publisher.Mono;

/** What goes on when whoever has asked for it has left: several may wait for one statement. */
final class Detached {

    private Detached() {}

    /** Begins at once; whoever made it deals with its errors. */
    static void begin(Mono<?> work) {
        work.onErrorComplete().subscribe();
    }
}
