package io.cortexreactive.plugin;

import reactor.core.publisher.Mono;

/** What a plugin does at a {@link Hook}. Called on a bounded scheduler, possibly by many calls at once. */
@FunctionalInterface
public interface HookHandler<T> {

    /**
     * Looks at the payload.
     *
     * @return the payload that goes on; empty to leave it as it is; {@link Hook#veto} to stop
     */
    Mono<T> apply(T payload);
}
