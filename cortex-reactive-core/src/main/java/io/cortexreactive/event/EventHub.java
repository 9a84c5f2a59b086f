package io.cortexreactive.event;

import reactor.core.publisher.Mono;

/** Both ends of the event stream, with what owns its thread. Made once, by the front door. */
public interface EventHub extends EventPublisher {

    /** The end people listen at. */
    EventStream stream();

    /** Events lost for everybody, because they were published faster than the hub could pass them on. */
    long lost();

    /** Delivers what is buffered, completes every subscription, and ends the hub's thread. Idempotent. */
    Mono<Void> close();
}
