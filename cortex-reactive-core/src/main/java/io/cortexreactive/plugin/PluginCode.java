package io.cortexreactive.plugin;

import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Calls what a plugin wrote: on a bounded scheduler, since it may block. */
final class PluginCode {

    private PluginCode() {}

    /** Calls it on subscription. A class or method that the plugin lacks is a failure as any other. */
    static <T> Mono<T> call(Supplier<Mono<T>> code) {
        return Mono.defer(() -> assemble(code)).subscribeOn(Schedulers.boundedElastic());
    }

    private static <T> Mono<T> assemble(Supplier<Mono<T>> code) {
        try {
            return code.get();
        } catch (LinkageError e) { // Reactor would let it through, and the subscriber would wait for ever.
            return Mono.error(new IllegalStateException("The plugin does not fit to what it runs with: " + e, e));
        }
    }
}
