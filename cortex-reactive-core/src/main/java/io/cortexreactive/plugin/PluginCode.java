package io.cortexreactive.plugin;

import java.time.Duration;
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

    /** Calls what is a step of something else, whose errors say which plugin it was, and where. */
    static <T> Mono<T> step(String plugin, String place, Duration limit, Supplier<Mono<T>> code) {
        return call(code)
                .onErrorMap(error -> failure(plugin, place, error))
                .timeout(limit, Mono.error(() -> new HookTimedOutException(plugin, place, limit)));
    }

    private static HookException failure(String plugin, String place, Throwable error) {
        return error instanceof Hook.Veto
                ? new HookVetoedException(plugin, place, String.valueOf(error.getMessage()))
                : new HookFailedException(plugin, place, error);
    }

    private static <T> Mono<T> assemble(Supplier<Mono<T>> code) {
        try {
            return code.get();
        } catch (LinkageError e) { // Reactor would let it through, and the subscriber would wait for ever.
            return Mono.error(new IllegalStateException("The plugin does not fit to what it runs with: " + e, e));
        }
    }
}
